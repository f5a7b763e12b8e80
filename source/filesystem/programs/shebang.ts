import {charactersOf} from './elf.js';

/** What the first line of a script says runs it. */
export type Shebang = {
	/** One character per byte; a carriage return at its end belongs to it. */
	readonly interpreter: string;

	/** All that follows, as the one argument that Linux makes of it; `null` where nothing does. */
	readonly argument: string | null;
};

/** How much of a file Linux looks at, in bytes (`BINPRM_BUF_SIZE`, include/uapi/linux/binfmts.h). */
export const shebangSize = 256;

/**
Reads the first line of a script as Linux does (fs/binfmt_script.c): only spaces and tabs part it, and only a line feed ends it.

@param file - The beginning of it.
@returns What it says, or `null` when it doesn't begin with `#!` and a name.
*/
export function readShebang(file: Uint8Array): Shebang | null {
	const text = charactersOf(file.subarray(0, shebangSize));
	const {interpreter, argument} =
		/^#![ \t]*(?<interpreter>[^ \t\n\0]+)[ \t]*(?<argument>[^\n\0]*)/v.exec(
			text,
		)?.groups ?? {};
	const rest = argument?.replace(/[ \t]+$/v, '') ?? '';
	return interpreter === undefined
		? null
		: {interpreter, argument: rest === '' ? null : rest};
}

/**
@param argument - Of `env`, as a `#!` line gives it: one, or several behind `-S`.
@returns The program that env is to start, or `null` when it names none.
*/
export function programOfEnv(argument: string | null): string | null {
	const words = (argument ?? '').split(/[ \t]+/v).filter(word => word !== '');
	const isSplit = /^(?:-\w*S|--split-string)/v.test(words[0] ?? '');
	const given = isSplit ? words : [(argument ?? '').trimStart()];
	const program = given
		.map(word => word.replace(/^(?:-\w*S|--split-string=?)/v, ''))
		.find(word => word !== '' && !/^-|^\w+=/v.test(word));
	return program ?? null;
}
