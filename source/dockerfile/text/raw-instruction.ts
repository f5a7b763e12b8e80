import {Refusal} from '../refusal.js';
import type {Heredoc} from './heredoc.js';
import {readKeyword} from './keyword.js';
import {
	splitAtSpaces,
	splitFirst,
	splitFlags,
	splitQuoted,
	trimSpace,
} from './words.js';

/** An instruction split into its parts; nothing is known yet of what they mean. */
export type RawInstruction = {
	/** In upper case. */
	readonly keyword: string;

	/** Each `--name` or `--name=value`, with its quotes resolved. */
	readonly flags: readonly string[];

	/** What BuildKit's parser makes of the rest: a command in shell form is one word. */
	readonly words: readonly string[];

	/** Whether the words were given as a JSON array. */
	readonly isJson: boolean;

	/** The assignments of ENV and LABEL. */
	readonly pairs: ReadonlyArray<readonly [name: string, value: string]>;

	/** What ONBUILD has in store. */
	readonly trigger: RawInstruction | null;

	/** The whole instruction as one line. */
	readonly line: string;

	readonly heredocs: readonly Heredoc[];
};

type Arguments = Pick<RawInstruction, 'words'> &
	Partial<Pick<RawInstruction, 'isJson' | 'pairs' | 'trigger'>>;

const nonEmpty = (text: string): readonly string[] =>
	text === '' ? [] : [text];

const isStrings = (value: unknown): value is string[] =>
	Array.isArray(value) && value.every(item => typeof item === 'string');

/** @returns The strings of a JSON array, or nothing when it is none: then the text is in shell form. */
function parseJson(text: string): Arguments | undefined {
	if (!text.startsWith('[')) {
		return undefined;
	}

	let words: unknown;
	try {
		words = JSON.parse(text);
	} catch {
		return undefined;
	}

	if (!isStrings(words)) {
		throw new Refusal(
			'a JSON array here can only hold strings: put the others in double quotes',
		);
	}

	return {words, isJson: true};
}

function parsePairs(keyword: string, text: string, escape: string): Arguments {
	const words = splitQuoted(text, escape);
	const [first] = words;

	if (first === undefined) {
		return {words};
	}

	if (!first.includes('=')) {
		const [name, value] = splitFirst(text);
		if (value === null) {
			throw new Refusal(
				`${keyword} ${name} lacks a value: write ${keyword} ${name}=…`,
			);
		}

		return {words, pairs: [[name, value]]};
	}

	const pairs = words.map((word): readonly [string, string] => {
		const equals = word.indexOf('=');
		if (equals === -1) {
			throw new Refusal(
				`${keyword} has "${word}" where name=value is expected: quote a value that contains spaces`,
			);
		}

		return [word.slice(0, equals), word.slice(equals + 1)];
	});

	return {words, pairs};
}

function parseHealthcheck(text: string): Arguments {
	const kind = /^\P{White_Space}*/v.exec(text)![0];
	const command = text
		.slice(kind.length)
		.replace(/^[\t-\r \u{85}\u{A0}]+/v, '');
	const {words, isJson} = parseJson(command) ?? {words: nonEmpty(command)};

	return {words: [...nonEmpty(kind), ...words], isJson};
}

function parseTrigger(text: string, escape: string): Arguments {
	if (text === '') {
		return {words: []};
	}

	// Refused here already, since a line can hold thousands of them.
	if (readKeyword(text).keyword === 'ONBUILD') {
		throw new Refusal("ONBUILD can't hold ONBUILD");
	}

	const trigger = parseInstruction(text, escape);
	return {words: [trigger.keyword, ...trigger.words], trigger};
}

type ArgumentParser = (
	keyword: string,
	text: string,
	escape: string,
) => Arguments;

const asText: ArgumentParser = (_, text) => ({words: nonEmpty(text)});
const asWords: ArgumentParser = (_, text) => ({words: splitAtSpaces(text)});
const asJsonOrText: ArgumentParser = (_, text) =>
	parseJson(text) ?? {words: nonEmpty(text)};
const asJsonOrWords: ArgumentParser = (_, text) =>
	parseJson(text) ?? {words: splitAtSpaces(text)};

const argumentParsers: Readonly<Record<string, ArgumentParser>> = {
	ADD: asJsonOrWords,
	ARG: (_, text, escape) => ({words: splitQuoted(text, escape)}),
	CMD: asJsonOrText,
	COPY: asJsonOrWords,
	ENTRYPOINT: asJsonOrText,
	ENV: parsePairs,
	EXPOSE: asWords,
	FROM: asWords,
	HEALTHCHECK: (_, text) => parseHealthcheck(text),
	LABEL: parsePairs,
	MAINTAINER: asText,
	ONBUILD: (_, text, escape) => parseTrigger(text, escape),
	RUN: asJsonOrText,
	SHELL: asJsonOrText,
	STOPSIGNAL: asText,
	USER: asText,
	VOLUME: asJsonOrWords,
	WORKDIR: asText,
};

/**
Splits an instruction into its parts, as BuildKit's `frontend/dockerfile/parser` does.

@param line - The instruction as one line, without its heredocs.
@param escape - The escape character.
@returns Its parts.
@throws {Refusal} When ENV or LABEL lack a value, or a JSON array holds something else than strings.
*/
export function parseInstruction(line: string, escape: string): RawInstruction {
	const {keyword, rest} = readKeyword(line);
	const {flags, rest: text} = splitFlags(rest ?? '', escape);
	const parser = Object.hasOwn(argumentParsers, keyword)
		? argumentParsers[keyword]
		: undefined;
	const parsed = parser?.(keyword, trimSpace(text), escape) ?? {words: []};

	return {
		isJson: false,
		pairs: [],
		trigger: null,
		...parsed,
		keyword,
		flags,
		line,
		heredocs: [],
	};
}

const withHeredocs = new Set(['ADD', 'COPY', 'RUN']);

/**
@param instruction - The parts of an instruction.
@returns Whether `<<` in it starts heredocs: in ADD, COPY and RUN, also under ONBUILD, but not in a JSON array.
*/
export function canHoldHeredocs({
	keyword,
	isJson,
	trigger,
}: RawInstruction): boolean {
	return keyword === 'ONBUILD'
		? trigger !== null && withHeredocs.has(trigger.keyword) && !trigger.isJson
		: withHeredocs.has(keyword) && !isJson;
}
