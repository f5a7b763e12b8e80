/** Above the bits that tar-stream writes (`headers.js`, `MASK`). */
const unwritten = 0o1_0000;

/**
@param mode - The permissions of an entry, with setuid, setgid and sticky.
@returns The same as tar-stream takes them: it takes 0 for none given, and writes 0644 or 0755 (`pack.js`).
*/
export function tarModeOf(mode: number): number {
	return (mode % unwritten) + unwritten;
}
