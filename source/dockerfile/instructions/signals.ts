// Linux's names (signal(7)); a real-time signal can be counted from either end of its range.
const names = new Set([
	'ABRT',
	'ALRM',
	'BUS',
	'CHLD',
	'CLD',
	'CONT',
	'FPE',
	'HUP',
	'ILL',
	'INT',
	'IO',
	'IOT',
	'KILL',
	'PIPE',
	'POLL',
	'PROF',
	'PWR',
	'QUIT',
	'SEGV',
	'STKFLT',
	'STOP',
	'SYS',
	'TERM',
	'TRAP',
	'TSTP',
	'TTIN',
	'TTOU',
	'URG',
	'USR1',
	'USR2',
	'VTALRM',
	'WINCH',
	'XCPU',
	'XFSZ',
]);

const realTime =
	/^(?:RTMIN(?:\+(?:[1-9]|1[0-5]))?|RTMAX(?:-(?:[1-9]|1[0-4]))?)$/v;

/**
@param text - As STOPSIGNAL takes it: a name in any case, with or without `SIG`, or a number.
@returns Whether BuildKit knows it.
*/
export function isSignal(text: string): boolean {
	if (/^[\-+]?\d+$/v.test(text)) {
		return Number(text) !== 0;
	}

	const name = text.toUpperCase().replace(/^SIG/v, '');
	return names.has(name) || realTime.test(name);
}
