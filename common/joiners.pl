#!/usr/bin/env perl
# SPDX-License-Identifier: MIT
# Writes joiners.def: what UAX #31 (A1, A2, B) asks of the neighbours of U+200C and U+200D, of
# perl's own tables. Of letters only those of scripts with a virama, of marks those and what all
# scripts share.  usage: joiners.pl >joiners.def
use strict;
use warnings;
use Unicode::UCD qw(charscript charprop);

my (%virama, %joining);
for my $code (0x80 .. 0x1ffff) {
	next if $code >= 0xd800 && $code <= 0xdfff;
	my $c = chr $code;
	$virama{charprop($code, 'sc')} = 1 if $c =~ /\p{ccc=9}/;
	$joining{charprop($code, 'sc')} = 1 if $c =~ /\p{jt=D}|\p{jt=L}|\p{jt=R}/;
}
my $virama = join '|', map {"\\p{sc=$_}"} sort keys %virama;
my $joining = join '|', map {"\\p{scx=$_}"} sort keys %joining;
my @rows;
for my $code (0x80 .. 0x1ffff) {
	next if $code >= 0xd800 && $code <= 0xdfff;
	my $c = chr $code;
	my @flags;
	push @flags, 'LEFT' if $c =~ /\p{jt=D}|\p{jt=L}/;
	push @flags, 'RIGHT' if $c =~ /\p{jt=D}|\p{jt=R}/;
	push @flags, 'PASSED' if $c =~ /\p{jt=T}/ && $c =~ /\p{Mn}|\p{Me}/ && $c =~ /$joining|\p{sc=Zinh}/;
	push @flags, 'LETTER' if $c =~ /\p{L}/ && $c =~ /$virama/;
	push @flags, 'VIRAMA' if $c =~ /\p{ccc=9}/;
	push @flags, 'MARK' if $c =~ /\p{Mn}/ && $c =~ /$virama|\p{sc=Zinh}/;
	push @flags, 'ORDERED' if $c =~ /\p{Mn}/ && $c =~ /$virama|\p{sc=Zinh}/ && $c !~ /\p{ccc=0}/;
	push @flags, 'VOWEL' if $c =~ /\p{InSC=Vowel_Dependent}/ && $c =~ /$virama/;
	next unless @flags;
	my $flags = join ' | ', @flags;
	if (@rows && $rows[-1][1] == $code - 1 && $rows[-1][2] eq $flags) {
		$rows[-1][1] = $code;
	} else {
		push @rows, [$code, $code, $flags];
	}
}
print "// SPDX-License-Identifier: MIT\n";
printf "// Made by joiners.pl, of Unicode %s. JOINER(first, last, flags), in order.\n", Unicode::UCD::UnicodeVersion();
my $line = '';
for my $row (@rows) {
	my $text = sprintf 'JOINER(0x%x, 0x%x, %s)', @$row;
	if (length($line) + length($text) > 94) {
		print "$line\n";
		$line = '';
	}
	$line .= ($line ? ' ' : '') . $text;
}
print "$line\n";
