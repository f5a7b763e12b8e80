export {formatBytes, formatCount, plural} from '../../text/format.js';

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
