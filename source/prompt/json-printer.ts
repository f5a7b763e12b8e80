import {
	formatPoint,
	writtenLine,
	stageLabel,
	stepLabel,
} from '../debugger/points/point.js';
import type {DebuggerState} from '../debugger/machine/state.js';
import type {SessionEvent, SessionListener} from '../debugger/session/news.js';
import {warningsOf} from '../debugger/machine/warnings.js';
import {warningKey} from '../dockerfile/hints/warning.js';
import {warningFields} from '../report/warnings/text.js';
import type {Failure} from '../engine/port.js';
import {explanationFields, explanationOf} from '../report/failure/explained.js';
import {safeJson} from '../text/safe-json.js';
import {OutputLines, type OutputText} from './output-lines.js';

/**
@param write - Takes text that ends with a newline.
@returns A listener that prints each event as one line of JSON. Steps are spelled as points (`builder:3`); output is
text, decoded as UTF-8, of whole lines. Whatever a terminal could act on is escaped, as JSON allows for any character.
*/
export function jsonPrinter(write: (text: string) => void): SessionListener {
	const lines = new OutputLines();

	const writeLog = (
		{step, stream, text}: OutputText,
		{program}: DebuggerState,
	): void => {
		if (text !== '') {
			write(
				jsonLine({
					event: 'log',
					step: stepLabel(program!, step),
					...(stream === 2 && {stream: 'stderr'}),
					output: text,
				}),
			);
		}
	};

	const told = new Set<string>();

	const writeWarnings = ({warnings, program}: DebuggerState): void => {
		for (const warning of warnings) {
			if (!told.has(warningKey(warning))) {
				told.add(warningKey(warning));
				const fields = warningFields(warning, {
					program: program!,
					label: step => stepLabel(program!, step),
				});
				write(jsonLine({event: 'warning', ...fields}));
			}
		}
	};

	return (event, state, before) => {
		if (event.type === 'log') {
			const {step, stream = 1, data} = event;
			writeLog(lines.add(step, stream, data), state);
			return;
		}

		for (const text of lines.endedBy(event)) {
			writeLog(text, state);
		}

		const fields = fieldsOf(event, state);
		if (fields) {
			const step =
				'step' in event && event.step !== null
					? {step: stepLabel(state.program!, event.step)}
					: {};
			write(jsonLine({event: event.type, ...step, ...fields}));
		}

		if (state.warnings !== before.warnings) {
			writeWarnings(state);
		}

		if (state.phase !== before.phase) {
			write(jsonLine({event: 'phase', ...phaseOf(state)}));
		}
	};
}

type Fields = Readonly<Record<string, unknown>>;

/** @returns An event as a line of JSON, with the time at which it is told (ISO 8601, UTC). */
export function jsonLine({event, ...fields}: Fields): string {
	const time = new Date().toISOString();
	return `${safeJson({event, time, ...fields})}\n`;
}

/** What an event tells besides its type and step; `null` for events that only the phase shows. */
function fieldsOf(
	event: Exclude<SessionEvent, {type: 'log'}>,
	state: DebuggerState,
): Fields | null {
	switch (event.type) {
		case 'loaded': {
			return {
				target: stageLabel(event.program, event.program.target),
				stages: event.program.stages.map(({index, name, needed, used}) => ({
					index,
					name,
					needed,
					used,
				})),
			};
		}

		case 'started': {
			return {
				text: state.program!.steps[event.step]!.text,
				line: writtenLine(state.program!, event.step),
			};
		}

		case 'cached': {
			return {};
		}

		case 'done': {
			return {seconds: event.seconds};
		}

		case 'explained': {
			return {reasons: event.reasons};
		}

		case 'reloaded': {
			return {
				changed: state.reload!.changed.map(step =>
					stepLabel(event.program, step),
				),
			};
		}

		case 'retraced': {
			return {retrace: event.retrace};
		}

		case 'failure-explained': {
			return {explanation: explanationFields(event.explanation)};
		}

		case 'reload-failed': {
			return {message: event.error.message};
		}

		case 'sized': {
			return {sizes: event.sizes};
		}

		case 'silence': {
			return {isSilent: event.isSilent};
		}

		case 'progress': {
			return {...event.progress};
		}

		default: {
			return null;
		}
	}
}

function phaseOf(state: DebuggerState): Fields {
	const {phase, program, positions, cursor, sizes} = state;
	switch (phase.kind) {
		case 'paused': {
			const {stage, step} = positions[cursor]!;
			return {
				phase: 'paused',
				reason: phase.reason,
				stage: stageLabel(program!, stage),
				before: step === null ? null : stepLabel(program!, step),
			};
		}

		case 'failed': {
			return {
				phase: 'failed',
				...fieldsOfFailure(phase.failure, state),
				others: state.failures
					.filter(failure => failure !== phase.failure)
					.map(failure => fieldsOfFailure(failure, state)),
			};
		}

		case 'finished': {
			return {
				phase: 'finished',
				...phase.result,
				warnings: state.warnings.length,
				...(sizes !== 'counting' && sizes && {sizes}),
			};
		}

		case 'broken': {
			return {phase: 'broken', message: phase.error.message};
		}

		default: {
			return {phase: phase.kind};
		}
	}
}

function fieldsOfFailure(failure: Failure, state: DebuggerState): Fields {
	const program = state.program!;
	const {step, kind, message, advice, missing, exitCode, seconds} = failure;
	return {
		step: step === null ? null : stepLabel(program, step),
		line: step === null ? null : writtenLine(program, step),
		kind,
		message,
		advice,
		missing: missing && {
			...missing,
			point: formatPoint(missing.point, program),
		},
		exitCode,
		seconds,
		stateKept: failure.state.kept,
		rerun: failure.rerun,
		warnings: (step === null ? [] : warningsOf(state, step)).map(warning =>
			warningFields(warning, {
				program,
				label: id => stepLabel(program, id),
			}),
		),
		explanation: explanationFields(explanationOf(state, failure)),
	};
}
