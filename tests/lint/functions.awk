# SPDX-License-Identifier: MIT
# Budgets of functions, over `ctags -x` rows "NAME START END FILE".
# At most 60 lines each, 95 of 100 at most 45, the median at most 12 (median=N: N).
BEGIN { median = 12 }
{ n = $3 - $2 + 1; len[NR] = n; if (n > 60) { printf "%s:%d: %s is %d lines, at most 60\n", $4, $2, $1, n; bad = 1 } }
END {
	if (NR == 0) { print "no functions found"; exit 1 }
	for (i = 2; i <= NR; i++) { v = len[i]; for (j = i - 1; j > 0 && len[j] > v; j--) len[j + 1] = len[j]; len[j + 1] = v }
	p50 = len[int((NR + 1) / 2)]; p95 = len[int(NR * 0.95 + 0.5)]
	printf "functions%s: %d, median %d lines, p95 %d\n", of, NR, p50, p95
	if (p50 > median || p95 > 45) { printf "over the budget: median %d, p95 45\n", median; bad = 1 }
	exit bad
}
