import process from 'node:process';
import {
	type DockerClient,
	dockerClient,
	type EngineInfo,
} from '../test/engine/engine.js';
import type {Command} from './processes.js';
import {type Exchange, shellPrompt} from './terminal.js';

/** The two programs, as both talk to the same engine with the same configuration. */
export type Contenders = {
	mstage(...args: string[]): Command;
	buildx(...args: string[]): Command;
	/** Node alone, to know what of mstage's time is not ours. */
	node(...args: string[]): Command;
};

/**
@param engine - The engine of both.
@param cli - The path of mstage's `cli.js`.
@returns How to run each.
*/
export async function contendersFor(
	engine: EngineInfo,
	cli: string,
): Promise<Contenders> {
	const client = await dockerClient(engine);
	const env = environmentOf(client);
	const node = (...args: string[]): Command => ({
		file: process.execPath,
		args,
		env,
	});
	return {
		node,
		mstage: (...args) => node(cli, ...args),
		buildx: (...args) => ({
			file: client.command,
			args: ['buildx', ...args],
			env,
		}),
	};
}

/** Nothing else of the caller's, so that no variable of npm, Node, BuildKit or a CI service changes what is measured. */
function environmentOf({env}: DockerClient): NodeJS.ProcessEnv {
	const {PATH, HOME, DOCKER_HOST, DOCKER_CONFIG} = env;
	return {
		PATH,
		HOME,
		DOCKER_HOST,
		DOCKER_CONFIG,
		TERM: 'xterm-256color',
		LANG: 'C.UTF-8',
		// What makes `buildx debug` available.
		BUILDX_EXPERIMENTAL: '1',
	};
}

/** A program that leads to the shell prompt of a failed instruction, and what to type on the way. */
export type Conversation = {
	readonly command: Command;
	readonly exchanges: readonly Exchange[];
	/** What leads to each of the exchanges up to the shell's prompt. */
	readonly names: readonly string[];
};

const shellStart = 'starting the container and its shell';

/** Buildx puts its own prompt behind the shell's. */
export function buildxShell(
	{buildx}: Contenders,
	context: string,
): Conversation {
	return {
		command: buildx('debug', '--on=error', 'build', context),
		exchanges: [
			{until: shellPrompt, type: 'exit\r'},
			{until: /\(buildx\) /v, type: 'exit\r'},
		],
		names: [shellStart],
	};
}

/** `mstage shell failed` goes straight to the shell. */
export function mstageShell(
	{mstage}: Contenders,
	context: string,
): Conversation {
	return {
		command: mstage('shell', 'failed', '-C', context),
		exchanges: [{until: shellPrompt, type: 'exit\r'}],
		names: [shellStart],
	};
}

/** On the screen the shell is one key away from the failure. */
export function mstageScreen(
	{mstage}: Contenders,
	context: string,
): Conversation {
	return {
		command: mstage('debug', '--pause', 'error', context),
		exchanges: [
			{until: /failed in/v, type: 's'},
			{until: shellPrompt, type: 'exit\r'},
			{until: /failed in/v, type: 'q'},
		],
		names: ['showing the failure on the screen', shellStart],
	};
}
