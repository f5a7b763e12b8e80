/** The first and the last line of something in a Dockerfile, counted from 1, both inclusive. */
export type Lines = readonly [first: number, last: number];

/** One instruction of a Dockerfile, with its heredocs. */
export type Instruction = {
	/** In upper case: `FROM`, `RUN`, `COPY` … */
	readonly keyword: string;

	readonly lines: Lines;

	/** The instruction as one line, as BuildKit shows it: continuations joined, comments and heredocs left out. */
	readonly text: string;

	/** The exact source lines, without the last line's line end. */
	readonly source: string;
};

/** What a stage starts from. */
export type Base =
	| {readonly kind: 'image'; readonly reference: string}
	| {readonly kind: 'stage'; readonly stage: number}
	| {readonly kind: 'scratch'}
	| {readonly kind: 'context'; readonly name: string};

/** The instruction by which a stage depends on something. */
export type Via = 'FROM' | 'COPY --from' | 'ADD --from' | 'RUN --mount';

/** Something that a stage reads files from: another stage, an image, or a named context given with `--build-context`. */
export type Source =
	| {readonly kind: 'stage'; readonly stage: number}
	| {readonly kind: 'image'; readonly reference: string}
	| {readonly kind: 'context'; readonly name: string};

/** An edge of the stage graph. */
export type Dependency = Source & {
	readonly via: Via;

	/** The first line of the instruction; for an ONBUILD trigger as `Trigger.lines` has it. */
	readonly line: number;

	/** Which of what runs in the stage it is (see `runsIn`); 0 is FROM. */
	readonly instruction: number;

	/** Whether it is an ONBUILD trigger of the base that reads there; left out when it isn't. */
	readonly isTrigger?: true;
};

/** Something that runs in a stage because the stage's base has it as an ONBUILD. */
export type Trigger = Instruction & {
	/**
	Where the ONBUILD is. One of a stage of the same file has the text and the lines that it has there; one of an image stands
	in no file, and has the lines of the FROM that brings it.
	*/
	readonly from:
		| {readonly kind: 'stage'; readonly stage: number}
		| {readonly kind: 'image'; readonly reference: string};
};

/** A stage: one FROM and what follows up to the next one. */
export type Stage = {
	/** Counted from 0. */
	readonly index: number;

	/** In lower case, as BuildKit keeps it; `null` without `AS`. */
	readonly name: string | null;

	/** `--platform`, expanded. */
	readonly platform: string | null;

	readonly base: Base;

	/** From the first line of FROM to the last line of the last instruction. */
	readonly lines: Lines;

	/** In file order, FROM first. */
	readonly instructions: readonly Instruction[];

	/** Whether a named context takes the place of the whole stage: it is the base then, and none of the instructions counts. */
	readonly isReplaced: boolean;

	/**
	The ONBUILD triggers of the base, which run right after FROM; of an image only when they are known. Each keyword is that of
	what runs, and each text starts with ONBUILD.
	*/
	readonly triggers: readonly Trigger[];

	readonly dependencies: readonly Dependency[];
};

/** A fault that BuildKit finds only when it builds the stage. */
export type StageFault = {
	readonly stage: number;
	readonly line: number;
	readonly reason: string;
};

/** An ARG before the first FROM. */
export type GlobalArgument = {
	readonly name: string;

	/** Expanded, or given with `--build-arg`; `null` when it has no value at all. */
	readonly value: string | null;

	readonly line: number;
};

/** The parser directives at the top of a Dockerfile. */
export type Directives = {
	/** The frontend that `# syntax=` asks for. */
	readonly syntax: string | null;

	/** The escape and continuation character. */
	readonly escape: '\\' | '`';
};

/** All stages of a Dockerfile and what each of them depends on. */
export type StageGraph = {
	/** As the user named it; for messages. */
	readonly filename: string;

	/** The whole text that was read. */
	readonly source: string;

	readonly directives: Directives;
	readonly globalArguments: readonly GlobalArgument[];

	/** At least one, in file order. */
	readonly stages: readonly Stage[];

	/** What BuildKit refuses only in stages that the target needs; `findTarget` throws those of them. */
	readonly faults: readonly StageFault[];
};

/**
What a builder does about the arguments that it sets by itself, such as `TARGETARCH`, and a bare `ARG NAME` before the first
FROM: the values stay (BuildKit from 0.17 on, moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go), the ARG takes them
away (before), or there are none (the legacy builder).
*/
export type AutomaticArguments = 'kept' | 'cleared' | 'none';

/** What the graph of a Dockerfile depends on besides its text. */
export type GraphOptions = {
	/** For messages. */
	readonly filename: string;

	/** `--build-arg`. */
	readonly buildArguments?: Readonly<Record<string, string>>;

	/** The names given with `--build-context`. */
	readonly namedContexts?: readonly string[];

	/** What is known of the ONBUILD triggers of base images: as an image says them, by the index of the stage that starts from it. */
	readonly imageTriggers?: ReadonlyMap<number, readonly string[]>;

	/** Default: `kept`; so it is also where the Dockerfile names a frontend of its own. */
	readonly automaticArguments?: AutomaticArguments;

	/** `--target`: its name is the value of `TARGETSTAGE`. */
	readonly target?: string;

	/** The engine's own platform; default `linux/amd64`. */
	readonly buildPlatform?: string;

	/** `--platform`; default: the build platform. */
	readonly targetPlatform?: string;
};
