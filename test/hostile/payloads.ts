/** Stands in every payload, so that a check can tell it from what is ours. */
export const mark = 'PAYLOAD';

/** The line that no payload may make. */
export const forged = 'mstage: forged';

const escape = '\u001B';

/** What hostile text is made of, by class. */
export const payloadClasses: Readonly<Record<string, readonly string[]>> = {
	csi: [
		`${escape}[31m`,
		`${escape}[2J`,
		`${escape}[?1049h`,
		`${escape}[6n`,
		`${escape}[`,
		escape,
	],
	osc: [
		`${escape}]0;title\u0007`,
		`${escape}]52;c;aGk=\u0007`,
		`${escape}]8;;http://x${escape}\\link${escape}]8;;${escape}\\`,
		`${escape}]0;open`,
	],
	dcs: [`${escape}P$q"p${escape}\\`, `${escape}P`],
	apc: [`${escape}_text${escape}\\`, `${escape}^text${escape}\\`, `${escape}X`],
	c1: ['\u009B31m', '\u009D0;title\u009C', '\u0090', '\u0085', '\u0080'],
	bidi: ['\u202E', '\u2066x\u2069', '\u200F', '\u061C', '\u202A\u202D'],
	zeroWidth: ['\u200B', 'a\u200Db', '\uFEFF', '\u2060', '\u00AD', '\u3164'],
	tags: ['\u{E0041}\u{E007F}', '\u{E0001}', '\u{E0100}'],
	selectors: ['a\uFE0F', '\uFE00', '1\uFE0E', '\u180B'],
	piles: [`a${'\u0301'.repeat(60)}`, `a${'\u20DD\u0489'.repeat(30)}`],
	controls: ['\b\b', '\r', '\v', '\f', '\0', '\u007F', '\u0007', '\t'],
	lines: [`\n${forged}`, `\r\n${forged}`, `\u2028${forged}`, `\r${forged}`],
	broken: ['\uD800', '\uDC80\uDCFF', '\uFFFE', '\uFFFF', '\u{1FFFE}', '\uFFFD'],
	pastes: [`${escape}[200~q${escape}[201~q\r`, `${escape}[201~`],
	words: [
		'"',
		"'",
		'\\',
		'`',
		'$(x)',
		'${x',
		'%s%n',
		'<b>&amp;</b>',
		'];',
		'}',
		'--',
		'-',
		'#',
		'|',
		',',
		'=',
		':',
		'/',
		'../',
		'*'.repeat(20),
		' ',
		'',
	],
};

const classes = Object.values(payloadClasses);

/** @returns A payload of one to four parts, one in five hundred of them a megabyte long. */
export function payloadOf(random: () => number): string {
	const one = <T>(items: readonly T[]): T =>
		items[Math.floor(random() * items.length)]!;
	const parts = Array.from({length: 1 + Math.floor(random() * 4)}, () =>
		one(one(classes)),
	);
	const at = Math.floor(random() * (parts.length + 1));
	const text = parts.toSpliced(at, 0, mark).join('');
	return random() < 0.002
		? text + one(['x', 'é', ...parts]).repeat(100_000)
		: text;
}
