import {sizeSummaryLine, sizesToCome} from '../report/sizes.js';
import type {Sizes} from '../debugger/machine/sizes.js';
import {stageLabel, stepLabel} from '../debugger/points/point.js';
import {warningKey} from '../dockerfile/hints/warning.js';
import type {DebuggerState, PauseReason} from '../debugger/machine/state.js';
import {warningsOf} from '../debugger/machine/warnings.js';
import type {SessionEvent, SessionListener} from '../debugger/session/news.js';
import type {Failure} from '../engine/port.js';
import {sanitise} from '../text/sanitise.js';
import {explainedFailure, explanationOf} from '../report/failure/explained.js';
import {describeFailure} from '../report/failure/describe-failure.js';
import {describeRetrace} from '../report/failure/retrace.js';
import {describeStep} from '../report/describe-step.js';
import {silentEngine} from '../report/silence.js';
import {
	announceWarning,
	describeWarning,
	describeWarnings,
} from '../report/warnings/text.js';
import {OutputLines, type OutputText} from './output-lines.js';

const reasons: Readonly<Record<PauseReason, string>> = {
	entry: 'at the start',
	stage: 'before the next stage',
	step: '',
	breakpoint: 'at a breakpoint',
	miss: 'not cached',
	end: 'everything is built; continue finishes',
	interrupt: 'interrupted',
	reload: 'loaded again',
};

/**
@param write - Takes text that ends with a newline.
@returns A listener that prints a session as text, a line per event, log output indented. Every foreign text in it is
sanitised.
*/
export function textPrinter(write: (text: string) => void): SessionListener {
	const lines = new OutputLines();

	const writeLog = ({text}: OutputText): void => {
		if (text !== '') {
			const whole = text.endsWith('\n') ? text.slice(0, -1) : text;
			write(
				whole
					.split('\n')
					.map(line => logLine(line))
					.join(''),
			);
		}
	};

	const told = new Set<string>();

	/** The step that the last line of a step was about. */
	let shown: number | null = null;

	/** What is warned of again after the build was loaded again isn't told again. */
	const printWarnings = ({warnings, program}: DebuggerState): void => {
		// A breakpoint that can't be set refuses the program.
		for (const warning of program ? warnings : []) {
			if (!told.has(warningKey(warning))) {
				told.add(warningKey(warning));
				write(announceWarning(warning, program!.graph.filename));
			}
		}
	};

	return (event, state, before) => {
		if (event.type === 'log') {
			writeLog(lines.add(event.step, event.stream ?? 1, event.data));
			return;
		}

		for (const text of lines.endedBy(event)) {
			writeLog(text);
		}

		const text =
			event.type === 'explained'
				? describeMiss(event, state, shown)
				: describe(event, state, before);
		if (text !== '') {
			write(text);
			shown = 'step' in event ? event.step : null;
		}

		if (state.warnings !== before.warnings) {
			printWarnings(state);
		}
	};
}

/**
@returns Where the build stands, as one line and a newline.
*/
export function describePosition(state: DebuggerState): string {
	const {program, phase} = state;
	if (!program) {
		return 'nothing is loaded yet\n';
	}

	const position = state.positions[state.cursor]!;
	const place =
		position.step === null
			? `at the end of ${sanitise(stageLabel(program, position.stage))}`
			: `before ${describeStep(program, position.step)}`;
	const reason = phase.kind === 'paused' ? reasons[phase.reason] : phase.kind;
	return `${phase.kind === 'failed' ? '✖' : '⏸'} ${place}${reason === '' ? '' : ` (${reason})`}\n`;
}

function describe(
	event: SessionEvent,
	state: DebuggerState,
	before: DebuggerState,
): string {
	const {program} = state;
	switch (event.type) {
		case 'started': {
			// What it fetches first starts by itself, and then it does.
			return before.steps[event.step]?.kind === 'running'
				? ''
				: `▶ ${describeStep(program!, event.step)}\n`;
		}

		case 'cached': {
			return `✔ ${sanitise(stepLabel(program!, event.step))}  cached\n`;
		}

		case 'done': {
			return `✔ ${sanitise(stepLabel(program!, event.step))}  ${event.seconds.toFixed(1)} s\n`;
		}

		case 'reloaded': {
			return `${describeReload(state)}${describePhase(state)}`;
		}

		case 'retraced': {
			return [
				`↻ ${describeStep(program!, event.step)}\n`,
				...describeRetrace(event.retrace).map(line => `  ${sanitise(line)}\n`),
			].join('');
		}

		case 'failure-explained': {
			return describeLate(event, state);
		}

		case 'reload-failed': {
			return `✖ not reloaded: ${sanitise(event.error.message)}\n`;
		}

		case 'sized': {
			return describeSizes(event.sizes);
		}

		case 'silence': {
			return event.isSilent
				? `! ${silentEngine}\n`
				: '  the engine answers again\n';
		}

		case 'log':
		case 'warning':
		case 'progress': {
			return '';
		}

		default: {
			return state.phase === before.phase ? '' : describePhase(state);
		}
	}
}

function describeReload({program, reload}: DebuggerState): string {
	const changed = reload?.changed ?? [];
	const [first] = changed;
	if (first === undefined) {
		return '↻ reloaded: nothing has changed\n';
	}

	return `↻ reloaded: ${changed.length} ${changed.length === 1 ? 'step has' : 'steps have'} changed, the first is ${describeStep(program!, first)}\n`;
}

function describePhase(state: DebuggerState): string {
	const {phase, program, sizes, warnings} = state;
	switch (phase.kind) {
		case 'paused': {
			return describePosition(state);
		}

		case 'failed': {
			const others = state.failures.length - 1;
			return `${describeFailure(phase.failure, program!, explanationOf(state, phase.failure))}${describeWarningsOf(state, phase.failure)}${others > 0 ? `  ${others} more failed: failures lists them\n` : ''}`;
		}

		case 'finished': {
			const {image, tags} = phase.result;
			return `✔ finished${image === null ? '' : `: ${sanitise(image)}`}${tags.map(tag => `\n  tagged ${sanitise(tag)}`).join('')}\n${describeSizes(sizes)}${describeWarnings(warnings)}`;
		}

		default: {
			return '';
		}
	}
}

/** What of a step that failed was warned of: it may be why. */
function describeWarningsOf(
	state: DebuggerState,
	{step, message}: Failure,
): string {
	return step === null
		? ''
		: warningsOf(state, step)
				.filter(warning => !message.startsWith(warning.message))
				.map(warning => describeWarning(warning, state.program!.graph.filename))
				.join('');
}

/** Why a step wasn't cached may be known only when others have been told of. */
function describeMiss(
	{step, reasons}: Extract<SessionEvent, {type: 'explained'}>,
	{program}: DebuggerState,
	shown: number | null,
): string {
	const label = step === shown ? '' : `${sanitise(stepLabel(program!, step))} `;
	return reasons.length === 0
		? ''
		: `  ${label}not cached: ${reasons.map(reason => sanitise(reason)).join('; ')}\n`;
}

/** What is found of a failure after it was told. */
function describeLate(
	{step, explanation}: Extract<SessionEvent, {type: 'failure-explained'}>,
	{program, failures}: DebuggerState,
): string {
	const failure = failures.find(other => other.step === step);
	if (!failure) {
		return '';
	}

	const {reasons, advice} = explainedFailure(failure, explanation);
	return [
		`  why ${sanitise(stepLabel(program!, step))} failed:\n`,
		...[...reasons, ...advice].map(line => `  ${sanitise(line)}\n`),
	].join('');
}

function describeSizes(sizes: Sizes): string {
	if (sizes === null) {
		return '';
	}

	return `  ${sizes === 'counting' ? sizesToCome : sizeSummaryLine(sizes, true)}\n`;
}

function logLine(line: string): string {
	const visible = line.endsWith('\r') ? line.slice(0, -1) : line;
	return `  │ ${visible
		.slice(visible.lastIndexOf('\r') + 1)
		.split('\t')
		.map(part => sanitise(part))
		.join('\t')}\n`;
}
