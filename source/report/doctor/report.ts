import type {
	Capability,
	EngineDescription,
	EngineDetails,
} from '../../engine/port.js';

/** What is told of the engine that is used. */
export type EngineReport = EngineDescription & {
	readonly details: EngineDetails | null;
	readonly capabilities: readonly Capability[];
};

/** Something on this machine that mstage looks at. */
export type Check = {
	readonly name: string;
	readonly good: boolean;

	/** What was found, or what is wrong and what to do, in one sentence without a full stop. */
	readonly finding: string;
};

/** All that `mstage doctor` says; `--json` prints it as it is. */
export type DoctorReport = {
	readonly engines: ReadonlyArray<{
		readonly origin: string;
		readonly address: string;
		readonly answers: boolean;

		/** Why it doesn't answer, in a few words. */
		readonly reason: string | null;
	}>;
	readonly engine: EngineReport | null;

	/** What to do, when no engine answers. */
	readonly advice: string | null;
	readonly checks: readonly Check[];
};
