# SPDX-License-Identifier: MIT
# Holds the layers: usage: awk -f layers.awk layers.txt FILE...
# A file of a folder may include what layers.txt allows it, and openssl only in common/tls*.c.
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
function complain(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad = 1 }
FNR == 1 { here = folder(FILENAME) }
FILENAME ~ /layers\.txt$/ {
	if ($0 ~ /^#/ || NF == 0) next
	n = split($0, part, "|")
	gsub(/[ \t]+/, "", part[1])
	allowed[part[1]] = " " part[1] " " part[2] " "
	banned[part[1]] = part[3]
	next
}
!(here in allowed) { complain("the folder " here " is not in layers.txt"); nextfile }
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, q, "\"")
	if (q[2] !~ /\//) complain("include \"" q[2] "\" from the root of the tree")
	else if (index(allowed[here], " " folder(q[2]) " ") == 0)
		complain(here " may not include " folder(q[2]))
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, q, /[<>]/)
	m = split(banned[here], names, /[ \t]+/)
	for (i = 1; i <= m; i++)
		if (names[i] != "" && index(q[2], names[i]) == 1 && (names[i] ~ /\/$/ || q[2] == names[i]))
			complain("<" q[2] "> does not belong in " here)
	if (q[2] ~ /^openssl\// && FILENAME !~ /^common\/tls/) complain("<" q[2] "> belongs in common/tls*.c")
}
END { exit bad }
