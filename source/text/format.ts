const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/**
@param bytes - A size.
@returns `812 B`, `1.2 kB`, `612.4 MB`: decimal, as Docker counts.
*/
export function formatBytes(bytes: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= 999.95 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}

	return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** @returns `41,204` */
export function formatCount(count: number): string {
	return count.toLocaleString('en-US');
}

/**
@param one - The word for one of them.
@returns `1 file`, `3 files`
*/
export function plural(count: number, one: string): string {
	return `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`;
}

/**
@param seconds - A duration.
@returns `0.2 s`, `42 s`, `3 m 05 s`, `2 h 10 m`
*/
export function formatSeconds(seconds: number): string {
	if (seconds < 9.95) {
		return `${Math.max(0, seconds).toFixed(1)} s`;
	}

	const whole = Math.round(seconds);
	if (whole < 60) {
		return `${whole} s`;
	}

	return whole < 3600
		? `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`
		: `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} m`;
}
