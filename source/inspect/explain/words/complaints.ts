import {escape as escapeCharacter} from '../../../text/escape.js';
import {
	type BashWord,
	bashBraces,
	bashCommand,
	bashOption,
} from './bash-words.js';

/** What a command, a shell or the engine complained of, as the last lines of its output say it. */
export type Complaint =
	/** A program couldn't be started. */
	| {
			readonly kind: 'start';
			readonly program: string;
			readonly reason: StartReason;

			/** Whether it was started without a shell, which runs what has no `#!` itself. */
			readonly isDirect: boolean;
	  }
	/** A shell read something as a script, and stumbled. */
	| {readonly kind: 'script'; readonly program: string}
	/** A shell doesn't know something that bash knows, or can't read what it was given. */
	| {
			readonly kind: 'shell';

			/** What complained: the shell, or the script, by its name. */
			readonly shell: string;

			/** `syntax` or `test` where the words don't tell what it was. */
			readonly what: BashWord | 'syntax' | 'test';
	  }
	/** Something was looked for by a name with braces in it, which bash would have expanded. */
	| {readonly kind: 'braces'; readonly word: string}
	/** There was no space for something; `path` where the line names one. */
	| {readonly kind: 'space'; readonly path: string | null}
	| {
			readonly kind: 'library';
			readonly program: string;
			readonly library: string;
	  }
	/** Something about a file; of several candidates those that the line may mean. */
	| {
			readonly kind: 'path';
			readonly paths: readonly string[];
			readonly reason: PathReason;

			/** Whether the file was to be removed or moved away, which changes the folder that it is in and not the file. */
			readonly isRemoval: boolean;
	  }
	| {
			readonly kind: 'network';
			readonly host: string | null;

			/** Whether a name couldn't be resolved, and not another thing of the network. */
			readonly isUnresolved: boolean;
	  }
	| {readonly kind: 'user' | 'group'; readonly name: string}
	/** Apt knows no package of that name. */
	| {readonly kind: 'package'; readonly name: string};

/** `unclear` where the same words are also said of a file that is read. */
export type StartReason = 'missing' | 'denied' | 'format' | 'unclear';

export type PathReason =
	'missing' | 'denied' | 'not-owner' | 'read-only' | 'not-a-folder';

/** How many of the last lines are looked at. */
const lineLimit = 30;

/** What the legacy builder paints its errors with. */
const colours = new RegExp(String.raw`${escapeCharacter}\[[\d;]*m`, 'gv');

/** Longer lines are none that a program complains with. */
const longestLine = 2000;

/**
@param output - The end of what a step printed, and of what the engine said.
@returns What was complained of, the last first.
*/
export function readComplaints(output: string): readonly Complaint[] {
	return output
		.replaceAll(colours, '')
		.split('\n')
		.map(line => line.replace(/\r$/v, ''))
		.filter(line => line.trim() !== '' && line.length <= longestLine)
		.slice(-lineLimit)
		.toReversed()
		.flatMap(line => complaintOf(line) ?? []);
}

function complaintOf(line: string): Complaint | undefined {
	return (
		readAccount(line) ??
		readLibrary(line) ??
		readRunc(line) ??
		readStarter(line) ??
		readOtherShell(line) ??
		readSyntax(line) ??
		readShell(line) ??
		readSpace(line) ??
		readPackage(line) ??
		readNetwork(line) ??
		readBraces(line) ??
		readPath(line)
	);
}

/** Runc's and BuildKit's words (opencontainers/runc libcontainer/user; moby/buildkit executor/oci/user.go). */
function readAccount(line: string): Complaint | undefined {
	const {what, name} =
		/unable to find (?<what>user|group) (?<name>[^\s:]+): (?:no matching entries|invalid argument|no such file)/v.exec(
			line,
		)?.groups ?? {};
	return name === undefined
		? undefined
		: {kind: what === 'user' ? 'user' : 'group', name};
}

/** The words of glibc's and of musl's loader. */
function readLibrary(line: string): Complaint | undefined {
	const groups =
		/^(?<program>.+?): error while loading shared libraries: (?<library>[^:\s]+): cannot open shared object file/v.exec(
			line,
		)?.groups ??
		/^Error loading shared library (?<library>[^:\s]+): No such file or directory(?: \(needed by (?<program>[^\)]+)\))?/v.exec(
			line,
		)?.groups;
	return (
		groups && {
			kind: 'library',
			library: groups['library']!,
			program: groups['program'] ?? '',
		}
	);
}

/** How the adapters tell what runc says where there is no output (`engine/exit-words.ts`, `engine/legacy/failure.ts`). */
const ownWords =
	/^The program (?<name>.+?) couldn't be started: the answer was "(?<reason>.+)"/v;

/** What starts the container's first process says: `exec: "curl": executable file not found in $PATH`, `exec /app: exec format error`. */
function readRunc(line: string): Complaint | undefined {
	const {
		name,
		plain,
		reason = '',
	} = /\bexec: "(?<name>[^"]+)": (?<reason>.+)$/v.exec(line)?.groups ??
	ownWords.exec(line)?.groups ??
	/^(?:standard_init_linux\.go:\d+: )?exec(?: user process caused:)? (?<plain>\S.*?): (?<reason>no such file or directory|exec format error|permission denied)$/v.exec(
		line,
	)?.groups ??
	{};
	const program = name ?? plain;
	return program === undefined
		? undefined
		: {
				kind: 'start',
				program: unescaped(program),
				reason: startReason(reason),
				isDirect: true,
			};
}

/** Programs that start others, by what they say of one that can't be started. */
function readStarter(line: string): Complaint | undefined {
	const {name, bare, reason} =
		/^(?:\S*\/)?(?:env|timeout|nohup|nice|stdbuf|setsid|xargs|time|chroot|sudo|su-exec|tini)(?:\.\w+)?: (?:failed to run command |failed to execute |failed to exec |can't execute |cannot run )?(?:['"‘“`](?<name>[^'"’”`]*)['"’”`]|(?<bare>[^\s:]+)): (?<reason>no such file or directory|permission denied|exec format error|command not found|not found)\.?$/iv.exec(
			line,
		)?.groups ??
		/^make(?:\[\d+\])?: (?<bare>[^\s:]+): (?<reason>no such file or directory|permission denied|command not found)$/iv.exec(
			line,
		)?.groups ??
		{};
	const program = unescaped(name ?? bare ?? '');
	return program === ''
		? undefined
		: {
				kind: 'start',
				program,
				reason: startReason(reason!),
				isDirect: true,
			};
}

/** The words of dash and busybox; a script that can't be read may as well be a program for another processor. */
function readOtherShell(line: string): Complaint | undefined {
	const {shell, rest} =
		/^(?<shell>[^:\s]+): (?:(?:line )?\d+: )?(?<rest>.+)$/v.exec(line)
			?.groups ?? {};
	if (shell === undefined) {
		return undefined;
	}

	const isCommand = /(?:^|\/)(?:ba|da|a|z|k|mk)?sh$/v.test(shell);
	if (/^(?:syntax error|bad substitution)/iv.test(rest!)) {
		return isCommand ? {kind: 'shell', shell, what: 'syntax'} : undefined;
	}

	if (!isCommand && !/: (?:line )?\d+: /v.test(line)) {
		return undefined;
	}

	const {missing, command, option, test} =
		/^(?<missing>[^:]+): not found$/v.exec(rest!)?.groups ??
		/^(?<command>\w+): (?:line \d+: )?illegal option (?<option>-\S+(?: \S+)?)$/iv.exec(
			rest!,
		)?.groups ??
		/^(?:\[|test): (?<test>.*: unexpected operator|.*: unknown operand)$/v.exec(
			rest!,
		)?.groups ??
		{};
	const what =
		missing === undefined
			? option === undefined
				? test && 'test'
				: bashOption(command!, option)
			: bashCommand(missing);
	return what ? {kind: 'shell', shell, what} : undefined;
}

/** A program for another processor is read as a script by shells that can't start it. */
function readSyntax(line: string): Complaint | undefined {
	const program = /^(?<name>[^:\s]+): (?:line )?\d+: .*syntax error/iv.exec(
		line,
	)?.groups!['name'];
	return program === undefined || /(?:^|\/)\w*sh$/v.test(program)
		? undefined
		: {kind: 'script', program};
}

/**
What bash, dash, busybox and their like say of a command: the shell's or the script's name, maybe a line, the command, the
reason. Of a file that is redirected from bash says the same.
*/
const shellLine =
	/^(?<shell>[^:\n]*?): (?:(?:line )?\d+: )?(?<name>[^:\n]+): (?<reason>(?:command )?not found|no such file or directory|permission denied|exec format error|cannot execute(?:: .+| binary file.*)?|is a directory|[^:]+: bad interpreter.*)$/iv;

function readShell(line: string): Complaint | undefined {
	const {shell, name, reason} = shellLine.exec(line)?.groups ?? {};
	const isShell =
		shell !== undefined &&
		(/(?:^|\/)(?:ba|da|a|z|k|mk)?sh$/v.test(shell) ||
			/: (?:line )?\d+: /v.test(line));
	if (!isShell || /\s/v.test(name!.trim()) || name === 'cd') {
		return undefined;
	}

	const found = startReason(reason!);
	const isAmbiguous =
		/^(?:no such file or directory|permission denied)$/iv.test(reason!);
	return {
		kind: 'start',
		program: name!,
		reason: isAmbiguous && found === 'missing' ? 'unclear' : found,
		isDirect: false,
	};
}

function startReason(text: string): StartReason {
	return /exec format error|cannot execute binary/iv.test(text)
		? 'format'
		: /permission denied|is a directory/iv.test(text)
			? 'denied'
			: 'missing';
}

function readSpace(line: string): Complaint | undefined {
	return /no space left on device|\bENOSPC\b/iv.test(line)
		? {
				kind: 'space',
				path: pathsIn(line).find(path => path.startsWith('/')) ?? null,
			}
		: undefined;
}

function readPackage(line: string): Complaint | undefined {
	const name =
		/^E: (?:Unable to locate package|Package '?(?=\S+' has no installation candidate)) ?(?<name>[^\s']+)/v.exec(
			line,
		)?.groups!['name'];
	return name === undefined ? undefined : {kind: 'package', name};
}

/** Resolvers' and connections' words: busybox, curl, glibc, Go, Node, apt, git. */
const networkWords =
	/bad address|could not resolve|couldn't resolve|temporary failure (?:in name resolution|resolving)|temporary error|name or service not known|no such host|EAI_AGAIN|ENETUNREACH|network is unreachable|unable to resolve host|failed to fetch|dns (?:lookup|resolution) failed|unable to connect/iv;

/** Those of them that are said of a name. */
const nameWords =
	/bad address|resolv|name or service not known|no such host|EAI_AGAIN|temporary error|dns lookup/iv;

function readNetwork(line: string): Complaint | undefined {
	if (!networkWords.test(line)) {
		return undefined;
	}

	const host =
		/(?:bad address|resolve host:?|resolve|resolving|lookup|EAI_AGAIN|to) ['"‘“`]?(?<host>[\w\-]+(?:\.[\w\-]+)+)/iv.exec(
			line,
		)?.groups!['host'];
	return {
		kind: 'network',
		host: host ?? null,
		isUnresolved: nameWords.test(line),
	};
}

function readBraces(line: string): Complaint | undefined {
	const word = quotedIn(line)
		.map(quoted => bashBraces(quoted))
		.find(found => found !== null);
	return word === undefined ? undefined : {kind: 'braces', word};
}

const pathReasons: ReadonlyArray<readonly [RegExp, PathReason]> = [
	[/permission denied|\bEACCES\b/iv, 'denied'],
	[/operation not permitted|\bEPERM\b/iv, 'not-owner'],
	[/read-only file system|\bEROFS\b/iv, 'read-only'],
	[/not a directory|non-directory|\bENOTDIR\b/iv, 'not-a-folder'],
	[
		/no such file or directory|nonexistent directory|directory nonexistent|\bENOENT\b|can't cd to|cannot cd to/iv,
		'missing',
	],
];

function readPath(line: string): Complaint | undefined {
	const reason = pathReasons.find(([words]) => words.test(line))?.[1];
	const paths = reason ? pathsIn(line) : [];
	return reason && paths.length > 0
		? {kind: 'path', paths, reason, isRemoval: removalWords.test(line)}
		: undefined;
}

/** How coreutils, busybox, Python and Node say that something wasn't removed or moved. */
const removalWords =
	/\b(?:can't|cannot|could not|failed to|unable to) (?:delete|move|remove|rename|unlink)\b|^(?:\S*\/)?(?:mv|rm|rmdir|unlink): |\b(?:rename|rmdir|unlink) ['"\/]/v;

/** What of a line may be a path: in quotes, from the root, or the field before the reason. */
function pathsIn(line: string): readonly string[] {
	const quoted = quotedIn(line);
	const rooted = [
		...line.matchAll(/(?<![\w.\/])(?<path>\/[^\s'"’”`:,;\)\]]+)/gv),
	].map(({groups}) => groups!['path']!);
	const field =
		/^(?:.*: )?(?<field>[^:]+): (?:permission denied|operation not permitted|read-only file system|not a directory|no such file or directory|nonexistent directory|directory nonexistent)\.?$/iv
			.exec(line)
			?.groups!['field']!.trim()
			.split(/\s+/v)
			.at(-1) ??
		/can(?:'|no)t cd to (?<field>\S+)$/v.exec(line)?.groups!['field'];
	const all = [...quoted, ...(field === undefined ? [] : [field]), ...rooted];
	return [
		...new Set(
			all
				.map(path => path.replace(/[.,]$/v, ''))
				.filter(path => path !== '' && !path.includes('\n')),
		),
	];
}

function quotedIn(line: string): readonly string[] {
	return [
		...line.matchAll(/(?<=^|[\s\(\[=:,])['"‘“`](?<path>[^'"’”`]+)['"’”`]/gv),
	].map(({groups}) => groups!['path']!);
}

/** GNU's programs quote a carriage return as `\r`. */
function unescaped(name: string): string {
	return name
		.replaceAll(String.raw`\r`, '\r')
		.replace(/^\$'(?<inner>.*)'$/v, '$<inner>');
}
