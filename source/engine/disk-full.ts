/** @returns Whether the engine, or what it runs, says that there is no space left, in the words of `ENOSPC`. */
export function isDiskFull(message: string): boolean {
	return /no space left on device/iv.test(message);
}
