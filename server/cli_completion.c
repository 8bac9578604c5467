// SPDX-License-Identifier: MIT
// snugd completion bash|zsh|fish: verbs, their options, and the words that an option chooses
// from, for the shell; made from the tables of verbs.
//
// Each script has the table, a line a verb, "user role:--confirm= user|admin", and finds in it
// what may follow the words before the cursor.
#include "server/cli.h"

#include <stdio.h>

#define EVERYWHERE "[--state DIR] [--config FILE]"

static const char bash_head[] =
	"_snugd() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal way= next= chosen= name items item rest i\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tcase ${COMP_WORDS[i]} in\n"
	"\t\t--state | --config) ((i++)) ;;\n"
	"\t\t-*) ;;\n"
	"\t\t*) way+=\"${COMP_WORDS[i]} \" ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\twhile IFS=: read -r name items; do\n"
	"\t\tif [[ \"$name \" == \"$way\"* ]]; then\n"
	"\t\t\trest=${name:${#way}}\n"
	"\t\t\tnext+=\" ${rest%% *}\"\n"
	"\t\tfi\n"
	"\t\t[[ $way == \"$name \"* ]] || continue\n"
	"\t\tfor item in $items; do\n"
	"\t\t\tif [[ $item == *=* && $prev == \"${item%%=*}\" ]]; then\n"
	"\t\t\t\tchosen=yes next=${item#*=}\n"
	"\t\t\telif [[ -z $chosen ]]; then\n"
	"\t\t\t\tnext+=\" ${item%%=*}\"\n"
	"\t\t\tfi\n"
	"\t\tdone\n"
	"\tdone <<'END'\n";

static const char bash_tail[] = "END\n"
				"\tCOMPREPLY=($(compgen -W \"${next//|/ }\" -- \"$cur\"))\n"
				"}\n"
				"complete -o default -F _snugd snugd\n";

static const char zsh_head[] = "#compdef snugd\n"
			       "local table=$(<<'END'\n";

static const char zsh_tail[] =
	"END\n"
	")\n"
	"local way= chosen= line name item rest prev=$words[CURRENT-1]\n"
	"local -aU next\n"
	"integer i\n"
	"for ((i = 2; i < CURRENT; i++)); do\n"
	"\tcase $words[i] in\n"
	"\t(--state|--config) ((i++)) ;;\n"
	"\t(-*) ;;\n"
	"\t(*) way+=\"$words[i] \" ;;\n"
	"\tesac\n"
	"done\n"
	"for line in ${(f)table}; do\n"
	"\tname=${line%%:*}\n"
	"\tif [[ \"$name \" == \"$way\"* && -n ${name:${#way}} ]]; then\n"
	"\t\trest=${name:${#way}}\n"
	"\t\tnext+=(${rest%% *})\n"
	"\tfi\n"
	"\t[[ $way == \"$name \"* ]] || continue\n"
	"\tfor item in ${=line#*:}; do\n"
	"\t\tif [[ $item == *=* && $prev == \"${item%%=*}\" ]]; then\n"
	"\t\t\tchosen=yes next=(${(s:|:)item#*=})\n"
	"\t\telif [[ -z $chosen ]]; then\n"
	"\t\t\tnext+=(${(s:|:)item%%=*})\n"
	"\t\tfi\n"
	"\tdone\n"
	"done\n"
	"if (( $#next )); then compadd -- $next; else _files; fi\n";

static const char fish_head[] =
	"function __snugd_next\n"
	"\tset -l words (commandline -opc)\n"
	"\tset -l prev $words[-1]\n"
	"\tset -l way ''\n"
	"\tset -l skip ''\n"
	"\tfor word in $words[2..-1]\n"
	"\t\tif test -n \"$skip\"\n"
	"\t\t\tset skip ''\n"
	"\t\telse if contains -- $word --state --config\n"
	"\t\t\tset skip yes\n"
	"\t\telse if not string match -q -- '-*' $word\n"
	"\t\t\tset way \"$way$word \"\n"
	"\t\tend\n"
	"\tend\n"
	"\tset -l next\n"
	"\tset -l chosen ''\n"
	"\tfor line in $__snugd_table\n"
	"\t\tset -l parts (string split -m 1 : -- $line)\n"
	"\t\tset -l n (string length -- $way)\n"
	"\t\tif test (string sub -l $n -- \"$parts[1] \") = \"$way\"\n"
	"\t\t\tset -l rest (string sub -s (math $n + 1) -- $parts[1])\n"
	"\t\t\tset -a next (string split ' ' -- $rest)[1]\n"
	"\t\tend\n"
	"\t\tset n (string length -- \"$parts[1] \")\n"
	"\t\tif test (string sub -l $n -- \"$way\") != \"$parts[1] \"\n"
	"\t\t\tcontinue\n"
	"\t\tend\n"
	"\t\tfor item in (string split ' ' -- $parts[2])\n"
	"\t\t\tset -l pair (string split -m 1 = -- $item)\n"
	"\t\t\tif test (count $pair) = 2; and test \"$pair[1]\" = \"$prev\"\n"
	"\t\t\t\tset chosen yes\n"
	"\t\t\t\tset next (string split '|' -- $pair[2])\n"
	"\t\t\telse if test -z \"$chosen\"\n"
	"\t\t\t\tset -a next (string split '|' -- $pair[1])\n"
	"\t\t\tend\n"
	"\t\tend\n"
	"\tend\n"
	"\tstring match -v -- '' $next\n"
	"end\n"
	"set -g __snugd_table \\\n";

static const char fish_tail[] = "\n"
				"complete -c snugd -f -a '(__snugd_next)'\n"
				"complete -c snugd -l state -l config -r -F\n";

// The hub has rows of its own for what the program does in part itself.
static bool is_first(size_t row)
{
	for (size_t i = 0; i < row; i++) {
		if (!strcmp(cli_verbs[i].noun, cli_verbs[row].noun) &&
		    !strcmp(cli_verbs[i].verb, cli_verbs[row].verb))
			return false;
	}
	return true;
}

static bool is_word(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((text.at[i] < 'a' || text.at[i] > 'z') && text.at[i] != '-')
			return false;
	}
	return text.len;
}

// Of "7d|TIME|never" what is to be typed as it stands.
static void add_choices(struct buf *out, struct span values)
{
	size_t from = out->len;

	if (!memchr(values.at ? values.at : "", '|', values.len))
		return;
	while (values.len) {
		struct span value = span_cut(&values, '|');

		if (is_word(value))
			buf_printf(out, "%s" SPAN_FMT, out->len > from ? "|" : "",
				   SPAN_ARG(value));
	}
}

static void add_items(struct buf *out, const struct usage *u)
{
	for (size_t i = 0; i < u->n_flags; i++) {
		buf_printf(out, "%s" SPAN_FMT, i ? " " : "", SPAN_ARG(u->flags[i].name));
		if (!u->flags[i].value.at)
			continue;
		buf_add_char(out, '=');
		add_choices(out, u->flags[i].value);
	}
	for (size_t i = 0; i < u->n_places; i++) {
		size_t from = out->len;

		buf_add_char(out, ' ');
		add_choices(out, u->places[i].name);
		if (out->len == from + 1)
			out->len = from;
	}
}

static void print_table(const char *before, const char *after)
{
	for (size_t i = 0; i < cli_n_verbs; i++) {
		const struct cli_verb *v = &cli_verbs[i];
		struct usage usage = {0};
		struct buf items = {0};

		// What is wrong with a usage its unit test tells.
		if (!is_first(i) || !usage_parse(&usage, span_of(v->usage)) ||
		    !usage_parse(&usage,
				 v->fn ? SPAN(EVERYWHERE) : SPAN(EVERYWHERE " [--json]")))
			continue;
		add_items(&items, &usage);
		printf("%s%s%s%s:%s%s", before, v->noun, *v->verb ? " " : "", v->verb,
		       buf_str(&items), after);
		buf_clear(&items);
	}
}

int cli_completion(const struct cli *c)
{
	const char *shell = cli_word(c, 0);

	if (!strcmp(shell, "bash")) {
		fputs(bash_head, stdout);
		print_table("", "\n");
		fputs(bash_tail, stdout);
	} else if (!strcmp(shell, "zsh")) {
		fputs(zsh_head, stdout);
		print_table("", "\n");
		fputs(zsh_tail, stdout);
	} else if (!strcmp(shell, "fish")) {
		fputs(fish_head, stdout);
		print_table("\t'", "' \\\n");
		fputs(fish_tail, stdout);
	} else {
		return cli_say(ADMIN_USAGE, "%s is no shell that is known: bash, zsh or fish",
			       shell);
	}
	return ADMIN_DONE;
}
