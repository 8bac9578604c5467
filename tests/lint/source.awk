# SPDX-License-Identifier: MIT
# House rules a line can break.  usage: awk -f source.awk FILE...
function complain(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad = 1 }
function end_of_file() { if (file != "" && lines > 500) { printf "%s: %d lines, at most 500\n", file, lines; bad = 1 } }
FNR == 1 {
	end_of_file()
	file = FILENAME
	if ($0 !~ /SPDX-License-Identifier: MIT/) complain("the first line is the SPDX line")
}
# Tests have the sizes of the house and its layout.
FILENAME ~ /(^|\/)tests\// { lines = FNR; next }
{ lines = FNR; code = $0; gsub(/"([^"\\]|\\.)*"/, "\"\"", code); sub(/\/\/.*/, "", code) }
code ~ /(^|[^A-Za-z0-9_])(strcpy|strcat|sprintf|vsprintf|strtok|gets|atoi|rand|alloca|system|popen|signal)[ \t]*\(/ {
	complain("a banned function")
}
FILENAME !~ /(^|\/)(common\/json\.c|tests\/.*)$/ && code ~ /(^|[^A-Za-z0-9_])json_dump/ {
	complain("JSON is written by common/json.h, and by nothing else")
}
FILENAME !~ /(^|\/)client\// && code ~ /(^|[^A-Za-z0-9_])(localtime|gmtime|ctime|asctime|gethostbyname|inet_ntoa|strsignal|ttyname|setenv|putenv|unsetenv)[ \t]*\(/ {
	complain("a function that threads may not share")
}
FILENAME ~ /\.c$/ && code ~ /^[ \t]*#[ \t]*(if|ifdef|ifndef)([ \t]|$)/ { complain("no #if in a .c file") }
code ~ /^[ \t]*#[ \t]*define[ \t]+[A-Za-z_0-9]+\(/ {
	name = code; sub(/^[ \t]*#[ \t]*define[ \t]+/, "", name); sub(/\(.*/, "", name)
	if (index(" " macros " ", " " name " ") == 0) complain("a macro that looks like a function: " name)
}
# Who can meet a bound finds it in limits.h; a size that nobody meets says "// inside: why".
FILENAME ~ /^server\// && FILENAME !~ /server\/letters\/limits\.h$/ &&
code ~ /^[ \t]*#[ \t]*define[ \t]+[A-Z0-9_]*(_MAX|_PER)(_|[ \t])/ && $0 !~ /\/\/ inside: [^ ]/ {
	complain("a bound belongs in server/letters/limits.h, or says // inside: why nobody meets it")
}
code ~ /(^|[^A-Za-z_])(TODO|FIXME|XXX)([^A-Za-z_]|$)/ || $0 ~ /\/\/.*(TODO|FIXME|XXX)/ { complain("left open") }
{
	# A tab is eight columns, a character one whatever its bytes.
	gsub(/\t/, "        ")
	gsub(/[\200-\277]/, "")
}
length($0) > columns { complain("over " columns " columns") }
END { end_of_file(); exit bad }
