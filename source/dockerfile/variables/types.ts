import type {GraphOptions} from '../types.js';

/** Where a value came from. */
export type VariableOrigin =
	/** The base image. */
	| {readonly kind: 'base'; readonly reference: string}
	/** An instruction of the stage that this one starts from, directly or through others. */
	| {readonly kind: 'stage'; readonly stage: number}
	/** ENV, the default of an ARG, WORKDIR … */
	| {readonly kind: 'instruction'; readonly line: number}
	/** `--build-arg`. */
	| {readonly kind: 'build-arg'}
	/** An ARG before the first FROM. */
	| {readonly kind: 'global'; readonly line: number}
	/** The builder itself: `TARGETPLATFORM`, the default `PATH` … */
	| {readonly kind: 'predefined'}
	/** `RUN --mount=type=secret,env=…`: the name is all that is ever told of it. */
	| {readonly kind: 'secret'; readonly id: string};

export type Variable = {
	readonly name: string;

	/** `null` when it has none, or when nobody may see it. */
	readonly value: string | null;
	readonly origin: VariableOrigin;

	/** Whether the instruction set it. */
	readonly changed: boolean;
	readonly kind: 'environment' | 'argument';
};

export type SettingName =
	| 'user'
	| 'workdir'
	| 'shell'
	| 'platform'
	| 'entrypoint'
	| 'command'
	| 'labels'
	| 'ports'
	| 'volumes'
	| 'stop signal'
	| 'healthcheck';

/** Something that holds besides the variables, as text for people. */
export type Setting = {
	readonly name: SettingName;

	/** Labels, ports and volumes one per line; empty when the instruction took it away. */
	readonly value: string;
	readonly origin: VariableOrigin;
	readonly changed: boolean;
};

/** What holds at a point of a stage. */
export type Variables = {
	readonly variables: readonly Variable[];
	readonly settings: readonly Setting[];
};

/** What the values depend on besides the Dockerfile: `--build-arg`, `--target` and the platforms. */
export type VariableOptions = Omit<GraphOptions, 'filename' | 'namedContexts'>;
