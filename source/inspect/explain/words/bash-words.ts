/* eslint-disable no-template-curly-in-string -- what shells expand */

/** What bash has and the plain `sh` of most images, dash or busybox, may lack (bash(1); POSIX, "Shell Command Language"). */
export type BashWord = {
	/** As it is written. */
	readonly word: string;

	/** What does the same in every shell; `null` where nothing as short does. */
	readonly instead: string | null;
};

/** Commands that are built into bash, and are no programs. */
const builtins: ReadonlySet<string> = new Set([
	'[[',
	'((',
	'bind',
	'builtin',
	'caller',
	'compgen',
	'complete',
	'compopt',
	'declare',
	'dirs',
	'disown',
	'enable',
	'let',
	'logout',
	'mapfile',
	'popd',
	'pushd',
	'readarray',
	'shopt',
	'source',
	'suspend',
	'typeset',
]);

const substitutes: Readonly<Record<string, string>> = {
	source: '. instead of source',
	'[[': '[ instead of [[',
	let: ': $((…)) instead of let',
};

/** Options that bash's commands have besides those of POSIX. */
const options: Readonly<Record<string, RegExp>> = {
	set: /^-o (?:errtrace|functrace|history|pipefail|posix|privileged)$|^-[EHPT]/v,
	read: /^-[adeiNnstu]/v,
	printf: /^-v/v,
	export: /^-[fn]/v,
	local: /^-/v,
	readonly: /^-[Aaf]/v,
	type: /^-[Ppta]/v,
	unset: /^-n/v,
	wait: /^-[fnp]/v,
	ulimit: /^-/v,
};

/**
@param name - Of a command that a shell didn't find.
@returns What it is in bash; `null` where it is nothing of bash's.
*/
export function bashCommand(name: string): BashWord | null {
	if (/^\w+\+=/v.test(name)) {
		return {word: '+=', instead: 'NAME=${NAME}… instead of NAME+=…'};
	}

	return builtins.has(name)
		? {word: name, instead: substitutes[name] ?? null}
		: null;
}

/**
@param command - Of the shell: `set`.
@param option - That it refused: `-o pipefail`.
@returns The option, if bash has it; `null` where it hasn't.
*/
export function bashOption(command: string, option: string): BashWord | null {
	return options[command]?.test(option)
		? {word: `${command} ${option}`, instead: null}
		: null;
}

type Syntax = readonly [pattern: RegExp, word: string, instead?: string];

/** What is bash's where no quotes are around it. */
const unquoted: readonly Syntax[] = [
	[/<<</v, '<<<'],
	[/[<>]\(/v, '<(…)'],
	[/(?:^|[\s;])\w+\+?=\(/v, 'NAME=(…)'],
	[
		/(?:^|[;\|\s]|&)function\s+[\w\-]+/v,
		'function',
		'NAME() instead of function NAME',
	],
	[/(?:^|[;\|\s]|&)for\s*\(\(/v, 'for ((…))'],
	[/(?:^|[;\|\s]|&)select\s+\w+/v, 'select'],
	[/(?:^|[;\|\s]|&)coproc\s/v, 'coproc'],
	[/\|&/v, '|&', '2>&1 | instead of |&'],
	[/&>/v, '&>', '> FILE 2>&1 instead of &> FILE'],
	[/>&\s*[^\s\d\-]/v, '>& FILE', '> FILE 2>&1 instead of >& FILE'],
	[/;;?&/v, ';&'],
	[/(?:^|[!;\|\s]|&)\(\(/v, '((…))', ': $((…)) instead of ((…))'],
];

/** What is, within double quotes too. */
const expansions: readonly Syntax[] = [
	[/\$\{\w+(?:\[[^\]]*\])?\^\^?/v, '${NAME^^}'],
	[/\$\{\w+(?:\[[^\]]*\])?,,?/v, '${NAME,,}'],
	[/\$\{\w+(?:\[[^\]]*\])?\//v, '${NAME/…/…}'],
	[/\$\{\w+(?:\[[^\]]*\])?:\s*[\d\(]/v, '${NAME:0:1}'],
	[/\$\{!\w+/v, '${!NAME}'],
	[/\$\{\w+@\w\}/v, '${NAME@Q}'],
	[/\$\{#?\w+\[/v, '${NAME[…]}'],
];

/**
@param text - That a shell couldn't read.
@returns The first thing in it that bash can read and POSIX doesn't name; `null` where there is none.
*/
export function bashSyntax(text: string): BashWord | null {
	const bare = withoutQuoted(
		text,
		/'[^']*'|"(?:[^"\\]|\\.)*"|(?<=^|\s)#[^\n]*/gsv,
	);
	const unsingle = withoutQuoted(text, /'[^']*'/gv);
	const [found] = [
		...unquoted.flatMap(syntax => placed(syntax, bare)),
		...expansions.flatMap(syntax => placed(syntax, unsingle)),
	].toSorted((a, b) => a.at - b.at);
	return found?.word ?? null;
}

/**
@param text - That holds a test.
@returns What of `[` only bash's knows: `==`, or `-v`; `null` where neither stands there.
*/
export function bashTest(text: string): BashWord | null {
	return /(?:\[|\btest)\s[^\]]*\s==\s/v.test(text)
		? {word: '== in [ ]', instead: '= instead of =='}
		: /(?:\[|\btest)\s+(?:!\s+)?-v\s/v.test(text)
			? {word: '-v in [ ]', instead: null}
			: null;
}

/** As `{a,b}` and `{1..3}`, in a word. */
const braces = /\{[^\{\}\s]*(?:,|\.\.)[^\{\}\s]*\}/v;

/**
@param word - That a command was given.
@returns The braces in it that bash would have expanded: `{a,b}`; `null` where there are none.
*/
export function bashBraces(word: string): string | null {
	return braces.exec(word)?.[0] ?? null;
}

/**
@param name - Of something in a folder.
@param wanted - What was looked for there.
@returns Whether bash would have made that of the name's braces: `{bin,lib}`, of which one is `lib`.
*/
export function isUnexpanded(name: string, wanted: string): boolean {
	const [found] = braces.exec(name) ?? [];
	if (found === undefined) {
		return false;
	}

	const [before, after] = [
		name.slice(0, name.indexOf(found)),
		name.slice(name.indexOf(found) + found.length),
	];
	return found
		.slice(1, -1)
		.split(',')
		.some(part => `${before}${part}${after}` === wanted);
}

function placed(
	[pattern, word, instead]: Syntax,
	text: string,
): ReadonlyArray<{readonly at: number; readonly word: BashWord}> {
	const found = pattern.exec(text);
	return found
		? [{at: found.index, word: {word, instead: instead ?? null}}]
		: [];
}

/** With as many blanks for what is taken out, so that places stay. */
function withoutQuoted(text: string, quoted: RegExp): string {
	return text.replaceAll(quoted, found => ' '.repeat(found.length));
}
