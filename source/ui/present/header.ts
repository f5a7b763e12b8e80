import {stageLabel, stepLabel} from '../../debugger/points/point.js';
import type {DebuggerState, PauseReason} from '../../debugger/machine/state.js';
import {EngineError} from '../../errors.js';
import {silentEngine} from '../../report/silence.js';
import {runningSteps} from '../place.js';
import {foreign} from '../../text/cells.js';
import {type Row, type Segment, rowCells, spread} from './row.js';
import {formatSeconds} from './format.js';
import {type Scene, spinner} from './scene.js';

/**
@param width - In cells.
@returns The first line of the screen: what is built, with what, and how it stands. What matters least goes first
where there is no room.
*/
export function presentHeader(scene: Scene, width: number): Row {
	const {theme} = scene;
	const standing: Row = [{text: ' '}, ...presentState(scene), {text: ' '}];
	const parts = headerParts(scene);
	const counted: Row = [...warningCount(scene), ...standing];
	const state =
		rowCells(counted) + rowCells(parts[1]!) < width ? counted : standing;
	const room = width - rowCells(state) - 1;
	const fitting = [
		parts,
		parts.slice(0, 4),
		// That it is the engine of another machine matters more than whose screen this is, and which engine it is.
		...(isRemote(scene.session.state.engine.address)
			? [parts.slice(1, 4), [parts[1]!, parts[3]!]]
			: []),
		parts.slice(0, 3),
		parts.slice(0, 2),
		parts.slice(1, 2),
	].find(candidate => rowCells(candidate.flat()) <= room);
	return spread(
		(fitting ?? parts.slice(1, 2)).flat(),
		state,
		width,
		theme.signs.ellipsis,
	);
}

function headerParts({
	session: {state},
	theme,
}: Scene): ReadonlyArray<readonly Segment[]> {
	const {engine, program, policy} = state;
	const file = program
		? `${foreign(program.graph.filename, theme)} ${theme.signs.to} ${foreign(stageLabel(program, program.target), theme)}`
		: '';
	return [
		[{text: ' mstage', style: 'title'}, {text: ' '}],
		[{text: ` ${file}`, style: 'strong'}],
		[
			{
				text: `   ${foreign(engine.name, theme)} ${foreign(engine.version, theme)} ${theme.signs.dot} ${engine.builder}`,
				style: 'faint',
			},
		],
		[
			{
				text: foreign(enginePlace(engine.address), theme),
				style: 'faint',
			},
		],
		[{text: `   pauses: ${policy}`, style: 'faint'}],
	];
}

function warningCount({session: {state}, theme}: Scene): readonly Segment[] {
	const {length} = state.warnings;
	return length === 0
		? []
		: [{text: ` ${theme.signs.warning} ${length} `, style: 'warn'}];
}

function isRemote(address: string): boolean {
	return /^(?:tcp|ssh):/v.test(address);
}

/**
@param address - `unix:///run/docker.sock`, `tcp://host:2376`, `ssh://user@host`.
@returns Where the engine is, after its name: nothing for the default socket, which is where one expects it.
*/
function enginePlace(address: string): string {
	const [, scheme = '', place = ''] =
		/^(?<scheme>[a-z]+):\/\/(?<place>.*)$/v.exec(address) ?? [];
	const isDefault = /^(?:\/var)?\/run\/docker\.sock$/v.test(place);
	return isDefault
		? ''
		: ` at ${scheme === 'ssh' ? address : place.replace(/\/$/v, '')}`;
}

/** @returns How the session stands: a sign and a few words. */
export function presentState(scene: Scene): Row {
	const {theme, now} = scene;
	const {state} = scene.session;
	const {signs} = theme;
	const {phase} = state;
	if (state.isSilent && phase.kind !== 'broken') {
		return [{text: `${signs.failed} ${silentEngine}`, style: 'bad'}];
	}

	switch (phase.kind) {
		case 'loading': {
			return [spinner(theme), {text: phase.from ? ' reloading' : ' loading'}];
		}

		case 'paused': {
			return [
				phase.reason === 'breakpoint'
					? {text: signs.breakpoint, style: 'bad'}
					: {text: signs.paused, style: 'accent'},
				{text: ` ${pausedText(state, theme)}`, style: 'strong'},
			];
		}

		case 'running': {
			return [
				spinner(theme),
				{
					text: ` ${runningText(state, {now, dot: signs.dot, theme})}`,
					style: 'strong',
				},
			];
		}

		case 'failed': {
			const {step, exitCode} = phase.failure;
			const where =
				step === null
					? ''
					: ` in ${foreign(stepLabel(state.program!, step), theme)}`;
			const code = exitCode === null ? '' : ` ${signs.dot} exit ${exitCode}`;
			return [{text: `${signs.failed} failed${where}${code}`, style: 'bad'}];
		}

		case 'finishing': {
			return [spinner(theme), {text: ' finishing', style: 'strong'}];
		}

		case 'finished': {
			const [tag] = phase.result.tags;
			const what =
				tag === undefined ? '' : ` ${signs.dot} ${foreign(tag, theme)}`;
			return [{text: `${signs.done} finished${what}`, style: 'good'}];
		}

		case 'broken': {
			return [
				{
					text: `${signs.failed} ${phase.error instanceof EngineError ? 'no engine' : 'not loaded'}`,
					style: 'bad',
				},
			];
		}
	}
}

/** How a pause begins; what stands behind it is where the build stands. */
const pauseVerbs: Readonly<Partial<Record<PauseReason, string>>> = {
	breakpoint: 'breakpoint',
	miss: 'not cached, paused',
	reload: 'reloaded, paused',
};

function pausedText(state: DebuggerState, theme: Scene['theme']): string {
	const {stage, step} = state.positions[state.cursor]!;
	const verb =
		(state.phase.kind === 'paused' && pauseVerbs[state.phase.reason]) ||
		'paused';
	return step === null
		? `${verb} at the end of ${foreign(stageLabel(state.program!, stage), theme)}`
		: `${verb} before ${foreign(stepLabel(state.program!, step), theme)}`;
}

function runningText(
	state: DebuggerState,
	{
		now,
		dot,
		theme,
	}: {
		readonly now: number;
		readonly dot: string;
		readonly theme: Scene['theme'];
	},
): string {
	if (state.phase.kind === 'running' && state.phase.canceling) {
		return 'canceling';
	}

	const running = runningSteps(state);
	const [first] = running;
	if (first === undefined) {
		return 'running';
	}

	const since = Math.min(
		...running.map(step => {
			const stepState = state.steps[step]!;
			return stepState.kind === 'running' ? stepState.since : now;
		}),
	);
	const what =
		running.length === 1
			? foreign(stepLabel(state.program!, first), theme)
			: `${running.length} steps`;
	return `running ${what} ${dot} ${formatSeconds((now - since) / 1000)}`;
}
