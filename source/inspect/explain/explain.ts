import type {Explanation} from '../../debugger/machine/explanation.js';
import type {Build, Snapshot, StepProcess} from '../../engine/port.js';
import {lookalikeIn} from '../../dockerfile/instructions/lookalikes.js';
import type {FailureFacts} from '../../debugger/session/explainer.js';
import {secretMask} from '../../debugger/session/redactor.js';
import {UsageError} from '../../errors.js';
import {pathsIn} from './words/command-words.js';
import {type Complaint, readComplaints} from './words/complaints.js';
import {earlierThan, lostAt, nothingEarlier} from './earlier.js';
import {isExecForm} from './exec-form.js';
import {type Accounts, identify} from './identity.js';
import {placeIn, readIn, spaceIn} from './in-container.js';
import {linkCopyOf} from './link-copy.js';
import {Look} from './look.js';
import {mountsOf} from './mounts.js';
import {needsNetwork} from './network.js';
import {causeOfUnknown, findCauses} from './rules.js';
import type {Setting} from './setting.js';

type Facts = {
	readonly process: StepProcess;
	readonly complaints: readonly Complaint[];
	readonly exitCode: number | null;
	readonly platform: string;
	readonly signal: AbortSignal;
} & Pick<Setting, 'copyOf' | 'earlier' | 'form' | 'isNetworkOfStep' | 'mounts'>;

/**
Finds out why a RUN failed, in the files of the state that it left.

@param signal - Aborting it ends the search; what is known then is told.
@returns What was found, or `null` when that is nothing, or nothing of the kind fails for want of files.
@throws {EngineError} The engine was lost.
*/
export async function explainFailure(
	build: Build,
	{failure, output, platform, builder}: FailureFacts,
	signal: AbortSignal,
): Promise<Explanation | null> {
	const {step, exitCode, message, missing} = failure;
	const process = step === null ? null : processOf(build, step);
	// A flag that is none is told by the builder's adapter: what it makes of the command is not what was meant.
	if (
		step === null ||
		!process ||
		lookalikeIn(build.program.steps[step]!.text)
	) {
		return null;
	}

	const keepsVolumes = builder !== 'legacy';
	if (missing?.point.kind === 'source') {
		return explainSource(build, {step, wanted: missing.wanted}, keepsVolumes);
	}

	const {text} = build.program.steps[step]!;
	const facts: Facts = {
		process,
		complaints: readComplaints(`${output}\n${message}`).filter(
			complaint =>
				isOfStep(build, step, complaint) &&
				!JSON.stringify(complaint).includes(secretMask),
		),
		exitCode,
		platform,
		mounts: mountsOf(build.program, step, process.directory),
		copyOf: async link => linkCopyOf(build, step, link),
		form:
			process.arguments.length === 0
				? null
				: isExecForm(text, process.arguments)
					? 'exec'
					: 'shell',
		isNetworkOfStep: /^(?:ONBUILD\s+)?RUN\s[^\[]*--network/iv.test(text),
		earlier: earlierThan(build, {step}, keepsVolumes),
		signal,
	};
	if (!hasTrail(facts)) {
		return null;
	}

	const before = await snapshotOf(build, {kind: 'before', step});
	const left =
		failure.state.kept && !failure.rerun
			? await snapshotOf(build, {kind: 'failed', step})
			: null;
	try {
		const causes = await explainIn(facts, {before, left});
		return causes.length > 0 ? {causes, isOfInput: left === null} : null;
	} catch (error) {
		// What a failed RUN left is read with its own programs, which it may have broken.
		if (!left || !before || !(error instanceof UsageError)) {
			throw error;
		}

		const causes = await explainOn(facts, new Look(before), before);
		return causes.length > 0 ? {causes, isOfInput: true} : null;
	}
}

/** Whether anything says that files have to do with it; most commands fail for reasons of their own, and aren't kept waiting. */
function hasTrail({complaints, exitCode, process, earlier}: Facts): boolean {
	const text = process.arguments.join(' ');
	return (
		complaints.length > 0 ||
		exitCode === 126 ||
		exitCode === 127 ||
		process.network === 'none' ||
		needsNetwork(text, exitCode) ||
		pathsIn(text).some(path => lostAt(earlier, path))
	);
}

/** What a copy looked for in another stage may have been there while that was built. */
function explainSource(
	build: Build,
	{step, wanted}: {readonly step: number; readonly wanted: string},
	keepsVolumes: boolean,
): Explanation | null {
	const {reads} = build.program.steps[step]!;
	const causes = reads.flatMap(
		stage =>
			lostAt(earlierThan(build, {stage}, keepsVolumes), `/${wanted}`) ?? [],
	);
	return causes.length > 0 ? {causes, isOfInput: true} : null;
}

/** These make their folders as root, without a process. */
const makers: ReadonlySet<string> = new Set(['ADD', 'COPY', 'WORKDIR']);

/** What a copy reads is somewhere else; what the files of its stage tell is only what stands in its way. */
function isOfStep(build: Build, step: number, complaint: Complaint): boolean {
	const {keyword} = build.program.steps[step]!;
	return (
		(keyword !== 'ADD' && keyword !== 'COPY') ||
		(complaint.kind === 'path' && complaint.reason === 'not-a-folder')
	);
}

function processOf(build: Build, step: number): StepProcess | null {
	return makers.has(build.program.steps[step]!.keyword)
		? {
				arguments: [],
				environment: {},
				user: '',
				directory: '/',
				network: 'default',
			}
		: build.processOf(step);
}

/** What is complained of when something can't be started; the rest is the business of who asked for it. */
const ofStarts: ReadonlySet<Complaint['kind']> = new Set([
	'start',
	'script',
	'library',
	'user',
	'group',
]);

/**
Finds out why a process at a point couldn't be started.

@param process - What was started.
@param output - What came of it: its output, or the engine's words.
@returns As `explainFailure`.
*/
export async function explainProcess(
	snapshot: Snapshot,
	process: StepProcess,
	{
		output,
		exitCode,
		platform,
		signal,
	}: {
		readonly output: string;
		readonly exitCode: number | null;
		readonly platform: string;
		readonly signal: AbortSignal;
	},
): Promise<Explanation | null> {
	const facts = {
		process,
		complaints: readComplaints(output).filter(({kind}) => ofStarts.has(kind)),
		exitCode,
		platform,
		mounts: [],
		copyOf: async () => null,
		form: null,
		isNetworkOfStep: false,
		earlier: nothingEarlier,
		signal,
	};
	const causes = await explainOn(facts, new Look(snapshot), snapshot);
	return causes.length > 0 ? {causes, isOfInput: false} : null;
}

/**
What the step started from is quick to look at. Where the state that it left can only be looked at from a container, it is
asked once whether all that was seen is still the same there.
*/
async function explainIn(
	facts: Facts,
	{
		before,
		left,
	}: {readonly before: Snapshot | null; readonly left: Snapshot | null},
): Promise<Explanation['causes']> {
	if (left && !(before && left.statAll)) {
		return explainOn(facts, new Look(left), left);
	}

	if (!before) {
		return [];
	}

	const look = new Look(before);
	const causes = await explainOn(facts, look, left ?? before);
	return !left || (await look.agreesWith(left))
		? causes
		: explainOn(facts, new Look(left), left);
}

/** @param container - What containers are made from, to look at mounts. */
async function explainOn(
	facts: Facts,
	look: Look,
	container: Snapshot,
): Promise<Explanation['causes']> {
	const {process, complaints, exitCode} = facts;
	const accounts: Accounts = {
		passwd: await look.text('/etc/passwd'),
		group: await look.text('/etc/group'),
	};
	const identity = identify(process.user, accounts);
	if ('kind' in identity) {
		return complaints.some(({kind}) => kind === 'user' || kind === 'group')
			? [causeOfUnknown(identity)]
			: [];
	}

	return findCauses(
		{
			...facts,
			look,
			identity,
			placeInContainer: async path => placeIn(container, path),
			readInContainer: async path => readIn(container, path),
			spaceInContainer: async path => spaceIn(container, path),
		},
		complaints,
		exitCode,
	);
}

async function snapshotOf(
	build: Build,
	point: Parameters<Build['snapshot']>[0],
): Promise<Snapshot | null> {
	try {
		return await build.snapshot(point);
	} catch (error) {
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}
