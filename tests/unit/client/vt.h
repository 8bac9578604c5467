// SPDX-License-Identifier: MIT
// A terminal in memory, for tests: knows what screen.c writes and nothing else, and can
// be told to count emoji as one cell or two, as real terminals do.
#pragma once

#include "client/text/width.h"
#include "common/buf.h"
#include "common/utf8.h"

#define VT_COLS 120
#define VT_ROWS 40

struct vt {
	char cells[VT_ROWS][VT_COLS][CLUSTER_MAX + 4];
	int cols, rows, row, col;
	int emoji_width;  // of clusters that hold an emoji; 0: as we count
	bool sums;        // each character stands for itself
	bool has_unknown; // a sequence that is not understood came
};

static inline void vt_init(struct vt *t, int cols, int rows, int emoji_width)
{
	memset(t, 0, sizeof(*t));
	t->cols = cols;
	t->rows = rows;
	t->emoji_width = emoji_width;
}

static inline void vt_blank(struct vt *t, int col)
{
	memset(t->cells[t->row][col], 0, sizeof(t->cells[0][0]));
}

// As terminals do: half of a wide character never stays.
static inline void vt_split(struct vt *t, int col)
{
	int head = col;
	while (head > 0 && t->cells[t->row][head][0] == '\1')
		head--;
	for (int i = head + 1; i < t->cols && t->cells[t->row][i][0] == '\1'; i++)
		vt_blank(t, i);
	vt_blank(t, head);
}

static inline void vt_put(struct vt *t, struct span cluster, int width)
{
	if (!width)
		return;
	size_t at = 0;
	uint32_t first = utf8_next(cluster, &at);
	bool is_emoji = first >= 0x1f000 || (cluster.len > 4 && first >= 0x2000);
	if (is_emoji && t->emoji_width)
		width = t->emoji_width;
	if (t->col >= t->cols)
		return;
	for (int i = 0; i < width && t->col + i < t->cols; i++)
		vt_split(t, t->col + i);
	memcpy(t->cells[t->row][t->col], cluster.at, cluster.len);
	for (int i = 1; i < width && t->col + i < t->cols; i++)
		memcpy(t->cells[t->row][t->col + i], "\1", 2);
	t->col += width;
}

// Joiners and U+FE0F take no room, everything else stands side by side.
static inline void vt_put_each(struct vt *t, struct span cluster)
{
	size_t at = 0;
	while (at < cluster.len) {
		size_t from = at;
		uint32_t code = utf8_next(cluster, &at);
		struct span one = span_from(cluster.at + from, at - from);
		vt_put(t, one, code ? width_of(NULL, one) : 0);
	}
}

static inline size_t vt_csi(struct vt *t, struct span s)
{
	int n[4] = {0, 0, 0, 0}, count = 0;
	size_t i = 2;
	for (; i < s.len && (s.at[i] < 0x40 || s.at[i] > 0x7e); i++) {
		if (s.at[i] == ';' && count < 3)
			count++;
		else if (s.at[i] >= '0' && s.at[i] <= '9')
			n[count] = n[count] * 10 + (s.at[i] - '0');
	}
	switch (s.at[i]) {
	case 'H':
		t->row = n[0] - 1;
		t->col = n[1] - 1;
		break;
	case 'J':
		memset(t->cells, 0, sizeof(t->cells));
		break;
	case 'K':
		for (int c = t->col; c < t->cols; c++)
			vt_split(t, c);
		break;
	case 'X':
		for (int c = t->col; c < t->col + n[0] && c < t->cols; c++)
			vt_split(t, c);
		break;
	case 'm':
	case 'h':
	case 'l':
		break;
	default:
		t->has_unknown = true;
	}
	return i + 1;
}

static inline void vt_feed(struct vt *t, struct span s)
{
	while (s.len) {
		size_t used;
		if (s.at[0] == '\x1b' && s.len > 1 && s.at[1] == '[') {
			used = vt_csi(t, s);
		} else if (s.at[0] == '\x1b' && s.len > 1 && s.at[1] == ']') {
			for (used = 2; used < s.len && s.at[used] != '\\'; used++)
				;
			used++;
		} else {
			int width;
			used = width_next(NULL, s, &width);
			if ((unsigned char)s.at[0] < 0x20)
				t->has_unknown = true;
			if (t->sums)
				vt_put_each(t, span_from(s.at, used));
			else
				vt_put(t, span_from(s.at, used), width);
		}
		s = span_after(s, used);
	}
}

// A row, wide clusters once, blanks at the end cut.
static inline void vt_text(const struct vt *t, int row, struct buf *out)
{
	size_t end = out->len;
	for (int c = 0; c < t->cols; c++) {
		const char *cell = t->cells[row][c];
		if (cell[0] == '\1')
			continue;
		buf_add_str(out, cell[0] ? cell : " ");
		if (cell[0] && cell[0] != ' ')
			end = out->len;
	}
	out->len = end;
}
