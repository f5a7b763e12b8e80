import {Buffer} from 'node:buffer';
import {StepLog} from '../../source/debugger/session/log.js';
import type {PausePolicy} from '../../source/debugger/machine/pause-policy.js';
import type {
	DebuggerEvent,
	DebuggerState,
} from '../../source/debugger/machine/state.js';
import {
	initialState,
	transition,
} from '../../source/debugger/machine/transition.js';
import type {Progress} from '../../source/engine/port.js';
import type {Row} from '../../source/ui/present/row.js';
import type {Scene} from '../../source/ui/present/scene.js';
import {themeFor} from '../../source/ui/present/theme.js';
import {
	type ViewAction,
	initialView,
	reduceView,
} from '../../source/ui/view-state.js';
import {fakeDescription} from './fake-engine.js';
import {programOf} from './program.js';

/** The clock of the scenes, in milliseconds since 1970. */
export const now = 1_700_000_000_000;

export const dockerfile = `FROM golang:1.24 AS builder
WORKDIR /src
COPY go.mod .
RUN go build -o /app

FROM builder AS tests
RUN go test ./...

FROM scratch AS final
# only the binary
COPY --from=builder /app /app
ENTRYPOINT ["/app"]
`;

export type SceneOptions = {
	readonly dockerfile?: string;
	readonly target?: string;
	readonly policy?: PausePolicy;
	readonly breakpoints?: readonly string[];

	/** What happened after the program was loaded; `null` leaves it loading. */
	readonly events?: readonly DebuggerEvent[] | null;

	/** What the user did. */
	readonly view?: readonly ViewAction[];

	/** By step. */
	readonly logs?: Readonly<Record<number, string>>;
	readonly progress?: readonly Progress[];
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: Readonly<Record<string, string | undefined>>;
};

/** @returns The state that the real transition comes to. */
export function stateOf(options: SceneOptions): DebuggerState {
	const {policy = 'stage', breakpoints = [], events = []} = options;
	const initial = initialState({
		engine: fakeDescription,
		policy,
		breakpoints,
	});
	if (events === null) {
		return initial;
	}

	const program = programOf(options.dockerfile ?? dockerfile, options.target);
	const all: readonly DebuggerEvent[] = [{type: 'loaded', program}, ...events];
	let state = initial;
	for (const event of all) {
		[state] = transition(state, event);
	}

	return state;
}

/** @returns What a frame is drawn from. */
export function sceneOf(options: SceneOptions = {}): Scene {
	const {
		logs = {},
		columns = 100,
		rows = 20,
		env = {TERM: 'xterm', LANG: 'C.UTF-8'},
	} = options;
	const logOf = (step: number) => logs[step] ?? '';
	const made = new Map<number, StepLog>();
	let view = initialView({rows, columns});
	for (const action of options.view ?? []) {
		view = reduceView(view, action);
	}

	return {
		session: {
			state: stateOf(options),
			logVersion: 0,
			progress: options.progress ?? [],
		},
		view,
		theme: themeFor(env),
		now,
		logOf(step) {
			let log = made.get(step);
			if (!log) {
				log = new StepLog();
				log.append(Buffer.from(logOf(step)));
				made.set(step, log);
			}

			return log;
		},
	};
}

/** @returns The row as plain text, without the spaces at its end. */
export function textOf(row: Row): string {
	return row
		.map(segment => segment.text)
		.join('')
		.trimEnd();
}

/** @returns The rows as plain text, one line each. */
export function textsOf(rows: readonly Row[]): readonly string[] {
	return rows.map(row => textOf(row));
}

/** @returns The events of a run in which the steps are done one after the other, each in 0.2 s. */
export function done(...steps: readonly number[]): readonly DebuggerEvent[] {
	return [
		...steps.flatMap((step): readonly DebuggerEvent[] => [
			{type: 'started', step, at: now - 3200},
			{type: 'done', step, seconds: 0.2},
		]),
		{type: 'reached'},
	];
}
