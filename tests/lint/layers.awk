# SPDX-License-Identifier: MIT
# Holds the layers: usage: awk -f layers.awk layers.txt FILE...
# A file of a folder may include what layers.txt allows it, and openssl only in common/tls*.c,
# server/push and server/oidc.
# x_private.h is for the files of its folder that are called x or x_…; where x is or begins
# with the folder's own name, for all of them. A header that says "Only files of FOLDER see
# this" is included from there alone;
# of a folder that has "The one header of FOLDER" others include that one only, but for the folders
# in it.
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
function base(path) { sub(/.*\//, "", path); sub(/\.[a-z]*$/, "", path); return path }
function begins(text, start) { return text == start || index(text, start "_") == 1 }
function complain(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad = 1 }
function read_row(  part, n, names, i) {
	n = split($0, part, "|")
	gsub(/[ \t]+/, "", part[1])
	n = split(part[2], names, /[ \t]+/)
	for (i = 1; i <= n; i++)
		if (names[i] != "" && !(names[i] in allowed) && !(folder(names[i]) in allowed))
			complain("the row of " part[1] " names " names[i] ", which is no layer below it")
	allowed[part[1]] = " " part[1] " " part[2] " "
	banned[part[1]] = part[3]
}
function look_at_private(header,  of) {
	of = base(header); sub(/_private$/, "", of)
	if (folder(header) != here || !(begins(base(FILENAME), of) || begins(of, base(here))))
		complain(header " is private to " folder(header) "/" of "*")
}
FNR == 1 { here = folder(FILENAME) }
FILENAME ~ /layers\.txt$/ { if ($0 !~ /^#/ && NF) read_row(); next }
!(here in allowed) { complain("the folder " here " is not in layers.txt"); nextfile }
FILENAME ~ /\.h$/ && match($0, /^\/\/.*Only files of [a-z\/]+ see this/) {
	kept_in[FILENAME] = $0; sub(/.*Only files of /, "", kept_in[FILENAME]); sub(/ see this.*/, "", kept_in[FILENAME])
}
FILENAME ~ /\.h$/ && match($0, /^\/\/.*The one header of [a-z\/]+/) {
	seam = $0; sub(/.*The one header of /, "", seam); sub(/[^a-z\/].*/, "", seam)
	one[seam] = FILENAME
}
FILENAME ~ /_inside\.h$|\/inside\.h$/ && FNR == 1 { complain("a private header is called x_private.h") }
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, q, "\"")
	if (q[2] !~ /\//) complain("include \"" q[2] "\" from the root of the tree")
	else if (index(allowed[here], " " folder(q[2]) " ") == 0 && index(allowed[here], " " q[2] " ") == 0)
		complain(here " may not include " folder(q[2]))
	if (q[2] ~ /_private\.h$/) look_at_private(q[2])
	includes[q[2]] = includes[q[2]] " " FILENAME
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, q, /[<>]/)
	m = split(banned[here], names, /[ \t]+/)
	for (i = 1; i <= m; i++)
		if (names[i] != "" && index(q[2], names[i]) == 1 && (names[i] ~ /\/$/ || q[2] == names[i]))
			complain("<" q[2] "> does not belong in " here)
	# Proves T5.
	if (q[2] ~ /^openssl\// && FILENAME !~ /^(common\/tls|server\/(push|oidc)\/)/) complain("<" q[2] "> belongs in common/tls*.c")
}
END {
	for (header in kept_in) {
		n = split(includes[header], names, " ")
		for (i = 1; i <= n; i++)
			if (index(names[i], kept_in[header] "/") != 1) {
				printf "%s: %s is for files of %s only\n", names[i], header, kept_in[header]
				bad = 1
			}
	}
	for (header in includes) {
		if (!(folder(header) in one) || one[folder(header)] == header) continue
		n = split(includes[header], names, " ")
		for (i = 1; i <= n; i++)
			if (index(names[i], folder(header) "/") != 1) {
				printf "%s: includes %s, but %s is the one header of %s\n", names[i], header, one[folder(header)], folder(header)
				bad = 1
			}
	}
	exit bad
}
