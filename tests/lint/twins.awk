# SPDX-License-Identifier: MIT
# No name twice: a function that is not static, and the tag of a struct, belong to one of the
# programs, so that a tool which goes by names goes to the right one.  usage: awk -f twins.awk,
# of lines "NAME PLACE KIND FILE" (ctags: KIND function or struct, PLACE file when static)
$4 !~ /^(client|server)\// || $1 == "main" || ($3 == "function" && $2 == "file") || $1 ~ /^__anon/ { next }
{
	program = $4; sub(/\/.*/, "", program)
	other = program == "client" ? "server" : "client"
	if ((other, $3, $1) in home) {
		printf "%s: the %s %s has its name from %s\n", $4, $3, $1, home[other, $3, $1]
		twins++
	}
	home[program, $3, $1] = $4
}
END { printf "twins of client and server: %d\n", twins; exit twins > 0 }
