import {unreadArguments} from '../../../dockerfile/hints/build-arguments.js';
import {stageInstructions} from '../../../dockerfile/hints/instructions.js';
import type {BuildRequest, BuildWarning, Program} from '../../port.js';

const notConsumed =
	/^One or more build-args \[(?<names>[^\]]*)\] were not consumed$/v;

/**
@param text - What the builder warns of, in its own words.
@param step - The id of the step at which it does, or `null`.
@returns What to tell of it; `null` for what is only so because a request holds a part of the Dockerfile: that an argument is
not read in that.
*/
export function warningOf(
	{text, step}: {readonly text: string; readonly step: number | null},
	program: Program,
	{buildArguments}: Pick<BuildRequest, 'buildArguments'>,
): BuildWarning | null {
	const names = notConsumed.exec(text)?.groups!['names']?.split(' ');
	if (!names) {
		return {
			...warning,
			message: text,
			lines: step === null ? null : program.steps[step]!.lines,
		};
	}

	const {graph, target, stages} = program;
	const unread = unreadArguments(graph, stageInstructions(graph), {
		target,
		given: buildArguments,
		bases: new Map(
			stages.flatMap(({index, baseConfiguration}) =>
				baseConfiguration ? [[index, baseConfiguration] as const] : [],
			),
		),
	}).filter(name => names.includes(name));
	return unread.length === 0
		? null
		: {
				...warning,
				message: `One or more build-args [${unread.join(' ')}] were not consumed`,
				lines: null,
			};
}

const warning = {from: 'builder', rule: null, details: [], url: null} as const;
