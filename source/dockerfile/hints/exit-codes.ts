import type {RawInstruction} from '../text/raw-instruction.js';
import type {VariableReader} from '../variables/read.js';

/** Programs that run the lines of a script one after the other, whatever each ends with. */
const shellName = /^(?:\S*\/)?(?:ash|bash|dash|ksh|mksh|sh|zsh)$/v;

/** A command list of a RUN that goes on behind a command that failed. */
export type LooseList = {
	/** `heredoc`: the lines of one; `list`: commands behind `;`. */
	readonly kind: 'heredoc' | 'list';
};

/**
@param raw - A RUN.
@param shell - What SHELL says there, as text: `["/bin/bash","-eo","pipefail","-c"]`, or its words.
@returns What of it goes on behind a failure, so that only its last command's exit code counts; `null` when nothing does, or
that isn't certain: there is something like `set -e` in it, or another program than a shell reads it.
*/
export function looseListOf(
	{keyword, heredocs, words, isJson}: RawInstruction,
	shell: string,
): LooseList | null {
	const [text = ''] = words;
	if (keyword !== 'RUN' || isJson || stopsByItself(shell)) {
		return null;
	}

	const [ofShell = '/bin/sh'] = /[^"\[\],\s]+/v.exec(shell) ?? [];
	if (!shellName.test(ofShell)) {
		return null;
	}

	const [heredoc] = heredocs;
	if (heredoc) {
		const before = text.slice(0, text.indexOf('<<')).trim();
		const program =
			heredocs.length === 1 ? programOf(before, heredoc.content) : null;
		return program !== null &&
			!stopsByItself(program) &&
			isLoose(heredoc.content)
			? {kind: 'heredoc'}
			: null;
	}

	return isLoose(text) && withoutQuoted(text).includes(';')
		? {kind: 'list'}
		: null;
}

/** The command line of the shell that reads a heredoc, empty for that of SHELL; `null` when something else reads it. */
function programOf(before: string, content: string): string | null {
	if (before === '') {
		const [, line] = /^#!\s*(?<line>[^\n]*)/v.exec(content) ?? [];
		if (line === undefined) {
			return '';
		}

		const words = line
			.trim()
			.split(/\s+/v)
			.filter(
				(word, index) =>
					!(index === 0 && /(?:^|\/)env$/v.test(word)) && word !== '-S',
			);
		return shellName.test(words[0] ?? '') ? words.join(' ') : null;
	}

	const [first = '', ...others] = before.split(/\s+/v);
	return shellName.test(first) &&
		others.every(word => /^-[a-z]+$|^pipefail$/v.test(word)) &&
		!others.some(word => /^-[a-z]*c/v.test(word))
		? before
		: null;
}

/** Of a shell's command line. */
function stopsByItself(line: string): boolean {
	return /["\s\[,]-[a-zA-Z]*e|errexit/v.test(` ${line}`);
}

/** Whether a script has several commands, and nothing that ends it behind one of them that fails. */
function isLoose(content: string): boolean {
	const script = withoutQuoted(content).replaceAll('\\\n', ' ');
	if (
		/(?:^|&|[\s;\|\(\{])set\s+(?:[+\-]\S+\s+(?:\w+\s+)?)*-(?:[a-zA-Z]*e|o\s+errexit)|\berrexit\b|\btrap\b[^\n]*\b(?:ERR|ZERR)\b/v.test(
			script,
		)
	) {
		return false;
	}

	const commands = script
		.split(/[\n;]/v)
		.map(line => line.trim())
		.filter(
			line =>
				line !== '' &&
				!line.startsWith('#') &&
				!/^set\s/v.test(line) &&
				!/^[A-Za-z_]\w*=\S*$/v.test(line),
		);
	return commands.slice(0, -1).some(line => !isGuarded(line));
}

/** Whether a line ends the script itself when it fails, goes on in the next, or is a word of the shell's own. */
function isGuarded(line: string): boolean {
	return (
		/\|\|\s*(?:exit|return|\{|true\b|:)|(?:&&|\|\||\|)\s*$/v.test(line) ||
		/^(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|\{|\}|exit\b.*|echo\b.*|printf\b.*|cd|:|true)(?:\s|$)/v.test(
			line,
		)
	);
}

/** The script without what stands in quotes, and without comments: none of it is a command of its own. */
function withoutQuoted(script: string): string {
	return script.replaceAll(
		/\\[^\n]|'[^']*'|"(?:\\.|[^"\\])*"|(?<=^|[\s;])#[^\n]*/gsv,
		match => (match.startsWith('#') ? '' : 'q'),
	);
}

/** What shells and the programs that they run say when something isn't there or can't be done. */
const complaint =
	/^[^\n]*(?:: (?:command )?not found|: No such file or directory|: Permission denied|can't open |: can't connect|cannot (?:access|stat|open) |bad address|unable to resolve|: Is a directory|: not an identifier)[^\n]*$/imv;

/**
@param output - The end of what a step printed.
@returns The first line of it in which a program says that it failed, or `undefined`.
*/
export function complaintIn(output: string): string | undefined {
	return complaint.exec(output)?.[0].trim();
}

/** @returns What SHELL says before an instruction, as `Variables` tells it; empty when that isn't known. */
export function shellBefore(
	variables: VariableReader,
	stage: number,
	index: number,
): string {
	return (
		variables
			.after(stage, index - 1)
			.settings.find(({name}) => name === 'shell')?.value ?? ''
	);
}
