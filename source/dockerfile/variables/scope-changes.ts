import {basename} from 'node:path/posix';
import type {Command, Mount} from '../instructions/command.js';
import type {Entry} from './scope-entries.js';
import type {SettingName} from './types.js';

/** An instruction as far as its settings go; `text` is the instruction as one line. */
export type SettingInstruction = {
	readonly command: Command;
	readonly text: string;
};

/** What the settings of an instruction depend on. */
export type SettingContext = {
	/** What held before it. */
	readonly earlier: ReadonlyMap<SettingName, Entry<string>>;

	/** The working directory after it, when it is known. */
	readonly directory: string | null;
	readonly expand: (word: string) => string;
	readonly expandAll: (words: string) => readonly string[];
};

/**
@param instruction - One without variables of its own.
@returns What it sets: a setting with several values has them in lines.
*/
export function changedSettings(
	{command, text}: SettingInstruction,
	{earlier, directory, expand, expandAll}: SettingContext,
): ReadonlyArray<readonly [SettingName, string]> {
	const added = (name: SettingName, values: readonly string[]): string =>
		[...new Set([...linesOf(earlier.get(name)?.value), ...values])].join('\n');

	switch (command.kind) {
		case 'user': {
			return [['user', expand(command.value)]];
		}

		case 'workdir': {
			return [['workdir', directory ?? expand(command.value)]];
		}

		case 'label': {
			const labels = new Map(
				linesOf(earlier.get('labels')?.value).map(label => [
					label.split('=', 1)[0]!,
					label,
				]),
			);
			for (const [name, value] of command.pairs) {
				labels.set(expand(name), `${expand(name)}=${expand(value)}`);
			}

			return [['labels', [...labels.values()].join('\n')]];
		}

		case 'expose': {
			return [
				[
					'ports',
					added(
						'ports',
						command.values.flatMap(value => expandAll(value)),
					),
				],
			];
		}

		case 'volume': {
			return [
				[
					'volumes',
					added(
						'volumes',
						command.values.map(value => expand(value)),
					),
				],
			];
		}

		case 'stopsignal': {
			return [['stop signal', expand(command.value)]];
		}

		case 'other': {
			return writtenSettings(text, earlier);
		}

		default: {
			return [];
		}
	}
}

function linesOf(text = ''): readonly string[] {
	return text === '' ? [] : text.split('\n');
}

const written: ReadonlyMap<string, SettingName> = new Map([
	['CMD', 'command'],
	['ENTRYPOINT', 'entrypoint'],
	['SHELL', 'shell'],
	['HEALTHCHECK', 'healthcheck'],
]);

/** ENTRYPOINT takes away the command of the base, unless the stage has set one (BuildKit's `dispatchEntrypoint`). */
function writtenSettings(
	text: string,
	earlier: SettingContext['earlier'],
): ReadonlyArray<readonly [SettingName, string]> {
	const [keyword = ''] = text.split(' ', 1);
	const name = written.get(keyword);
	if (name === undefined) {
		return [];
	}

	const command = earlier.get('command');
	const losesCommand =
		name === 'entrypoint' &&
		command !== undefined &&
		command.value !== '' &&
		command.origin.kind !== 'instruction';
	return [
		[name, text.slice(keyword.length).trim()],
		...(losesCommand ? [['command', ''] as const] : []),
	];
}

/** Without an id, the secret has the name of its source, or else of the file that it becomes (BuildKit's `dispatchSecret`). */
function secretId(options: ReadonlyMap<string, string>): string {
	const first = (...names: readonly string[]): string =>
		names.map(name => options.get(name)).find(Boolean) ?? '';
	return (
		first('id', 'source', 'src') ||
		basename(first('target', 'dst', 'destination'))
	);
}

/** @returns The variable that `--mount=type=secret,env=…` sets, if the mount is one. */
export function secretVariable(
	{options}: Mount,
	expand: (word: string) => string,
): ReadonlyArray<readonly [string, Entry<null>]> {
	const given = new Map(
		options.map(({key, value}) => [
			key,
			value === undefined ? '' : expand(value),
		]),
	);
	const name = given.get('env');
	return given.get('type')?.toLowerCase() === 'secret' && name
		? [
				[
					name,
					{
						value: null,
						origin: {kind: 'secret', id: secretId(given)},
					},
				],
			]
		: [];
}
