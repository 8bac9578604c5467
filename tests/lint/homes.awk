# SPDX-License-Identifier: MIT
# A public header declares only what is defined at home: the home of a.c is the header of its
# folder that is called so, or the longest x.h of it where a is x_y; of an x_private.h that
# declares it, nothing is asked here (layers.awk). A header of one folder ("The one header of
# FOLDER") is the home of all of it. What only macros of a .def declare is not seen by ctags.
# usage: homes.awk, of lines "h HEADER", "one HEADER", "f NAME FILE" (defined, not static) and
# "p NAME HEADER", in this order
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
function home_of(file,  where, name, header) {
	where = folder(file); name = file; sub(/.*\//, "", name); sub(/\.c$/, "", name)
	while (1) {
		header = where "/" name ".h"
		if (header in is_header) return header
		if (!sub(/_[^_]*$/, "", name)) return "none"
	}
}
$1 == "h" { is_header[$2] = 1; next }
$1 == "one" { one[folder($2)] = $2; next }
$1 == "f" { n[$2]++; where[$2, n[$2]] = $3; next }
$1 == "p" {
	last = n[$2] ? "" : "no file"
	for (i = 1; i <= n[$2]; i++) {
		home = home_of(where[$2, i])
		if (home == $3 || one[folder(where[$2, i])] == $3) next
		# Another program's function of this name is not meant.
		if ((where[$2, i] ~ /^client/) == ($3 ~ /^client/)) last = where[$2, i] ", whose header is " home
	}
	if (last != "") { printf "%s declares %s, which is defined in %s\n", $3, $2, last; bad = 1 }
}
END { exit bad }
