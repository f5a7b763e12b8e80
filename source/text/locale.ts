/**
@param env - POSIX, "Environment Variables": of `LC_ALL`, `LC_CTYPE` and `LANG` the first that is set and not empty
names the locale; without any, UTF-8 is assumed. The Linux console and a dumb terminal show little beside ASCII.
@returns Whether the terminal shows more than ASCII.
*/
export function isUnicodeTerminal(
	env: Readonly<Record<string, string | undefined>>,
): boolean {
	const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
	return (
		!['linux', 'dumb'].includes(env['TERM'] ?? '') &&
		(!locale || /utf-?8/iv.test(locale))
	);
}
