import {nearMiss} from '../../text/near-miss.js';
import {Refusal} from '../refusal.js';

type FlagKind = 'boolean' | 'text' | 'list';

const copyFlags = {
	chown: 'text',
	chmod: 'text',
	link: 'boolean',
	exclude: 'list',
} as const;

// BuildKit's `frontend/dockerfile/instructions/parse.go` and `commands_run*.go`. ARG and STOPSIGNAL aren't here: their flags go unread.
const knownFlags: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> =
	{
		ADD: {
			...copyFlags,
			'keep-git-dir': 'boolean',
			checksum: 'text',
			unpack: 'boolean',
		},
		CMD: {},
		COPY: {...copyFlags, from: 'text', parents: 'boolean'},
		ENTRYPOINT: {},
		ENV: {},
		EXPOSE: {},
		FROM: {platform: 'text'},
		HEALTHCHECK: {
			interval: 'text',
			timeout: 'text',
			'start-period': 'text',
			'start-interval': 'text',
			retries: 'text',
		},
		LABEL: {},
		MAINTAINER: {},
		ONBUILD: {},
		RUN: {mount: 'list', network: 'text', security: 'text', device: 'list'},
		SHELL: {},
		USER: {},
		VOLUME: {},
		WORKDIR: {},
	};

/** @returns The names of the flags that an instruction has, without the dashes. */
export function flagNames(keyword: string): readonly string[] {
	return Object.hasOwn(knownFlags, keyword)
		? Object.keys(knownFlags[keyword]!)
		: [];
}

/** The values of each flag that is given, by its name without the dashes; a boolean flag has `true` or `false`. */
export type Flags = ReadonlyMap<string, readonly string[]>;

function flagValue(
	name: string,
	kind: FlagKind,
	value: string | undefined,
): string {
	if (kind === 'boolean' && value === undefined) {
		return 'true';
	}

	if (value === undefined || (kind === 'boolean' && value === '')) {
		throw new Refusal(`--${name} lacks a value: write --${name}=…`);
	}

	if (kind === 'boolean' && !['true', 'false'].includes(value.toLowerCase())) {
		throw new Refusal(`--${name} can only be true or false, not "${value}"`);
	}

	return kind === 'boolean' ? value.toLowerCase() : value;
}

/**
@param keyword - The instruction, in upper case.
@param given - Each flag as it is written, with its quotes resolved.
@returns Their values.
@throws {Refusal} When the instruction has no such flag, or one lacks its value, repeats or has an impossible value.
*/
export function readFlags(keyword: string, given: readonly string[]): Flags {
	const known = knownFlags[keyword] ?? {};
	const flags = new Map<string, readonly string[]>();

	for (const flag of given) {
		const [, name = '', value] = /^--(?<name>[^=]*)(?:=(?<value>.*))?$/sv.exec(
			flag,
		)!;
		const kind = Object.hasOwn(known, name) ? known[name] : undefined;

		if (kind === undefined) {
			const meant = nearMiss(name, Object.keys(known));
			throw new Refusal(
				`${keyword} has no flag --${name}${meant === undefined ? '' : `: did you mean --${meant}?`}`,
			);
		}

		const earlier = flags.get(name);
		if (earlier !== undefined && kind !== 'list') {
			throw new Refusal(`--${name} is given twice: keep one`);
		}

		flags.set(name, [...(earlier ?? []), flagValue(name, kind, value)]);
	}

	return flags;
}
