# SPDX-License-Identifier: MIT
# Makes C of the migrations and of what they make together:
# awk -f db/embed.awk db/0001_first.sql ... db/schema.sql > migrations.c
# awk -v of=pg_ -v first=37 -f db/embed.awk db/postgresql/0037_start.sql ... > pg_migrations.c
# A file is one element, an array of its lines: C bounds the length of one literal.
BEGIN {
	count = before = first ? first - 1 : 0
	print "// Made by db/embed.awk.\n#include \"server/store/migrations.h\"\n"
	print "#include <stddef.h>"
}

FNR == 1 {
	finish()
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.sql$/, "", name)
	number = name == "schema" ? "schema" : migration()
	printf "\nstatic const char *const lines_%s[] = {\n", number
	open = 1
}

{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "\t\"%s\\n\",\n", $0
}

function migration() {
	if (substr(name, 1, 4) + 0 != count + 1) {
		print FILENAME ": expected number " count + 1 > "/dev/stderr"
		failed = 1
		exit 1
	}
	names[++count] = name
	return count
}

function finish() {
	if (open)
		print "\tNULL,\n};"
}

END {
	if (failed)
		exit 1
	finish()
	printf "\nconst struct migration %smigrations[] = {\n", of
	for (i = before + 1; i <= count; i++)
		printf "\t{\"%s\", lines_%d},\n", names[i], i
	printf "};\nconst int %sn_migrations = %d;\n", of, count - before
	if (!of)
		print "const struct migration all_migrations = {\"schema\", lines_schema};"
}
