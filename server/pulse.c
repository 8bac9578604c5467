// SPDX-License-Identifier: MIT
#include "server/pulse.h"

bool pulse_beats(struct pulse *p, entry_no head, entry_no durable)
{
	bool has_turned = p->turns != p->turns_then;
	bool has_stored = durable >= p->head_then || p->reports != p->reports_then;

	p->turns_then = p->turns;
	p->reports_then = p->reports;
	p->head_then = head;
	return has_turned && has_stored;
}
