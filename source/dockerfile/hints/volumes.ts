import type {VariableReader} from '../variables/read.js';
import type {StageGraph} from '../types.js';
import {type StageInstruction, lineOf} from './instructions.js';
import type {BuildWarning} from './warning.js';

/**
The legacy builder runs each RUN in a container, and commits that: what is in a volume of it isn't (Docker's Dockerfile
reference, "Notes about specifying volumes").

@returns Of each RUN that names something below a volume, or works in one: that this is thrown away.
*/
export function volumeHints(
	{stages}: StageGraph,
	instructions: readonly StageInstruction[],
	variables: VariableReader,
): readonly BuildWarning[] {
	return instructions
		.filter(({raw, index}) => raw.keyword === 'RUN' && index > 0)
		.flatMap(({stage, index, raw}) => {
			const {settings} = variables.after(stage, index - 1);
			const directory =
				settings.find(({name}) => name === 'workdir')?.value ?? '/';
			return (
				settings.find(({name}) => name === 'volumes')?.value.split('\n') ?? []
			)
				.map(volume =>
					volume.length > 1 ? volume.replace(/\/+$/v, '') : volume,
				)
				.filter(
					volume =>
						volume !== '' &&
						volume !== '/' &&
						(`${directory}/`.startsWith(`${volume}/`) ||
							names(raw.line, volume)),
				)
				.map((volume): BuildWarning => {
					const line = names(raw.line, volume)
						? lineOf(raw, volume)
						: raw.lines[0];
					return {
						from: 'mstage',
						rule: 'VolumeDiscards',
						message: `What this RUN changes below ${volume} is thrown away: ${whence(stages, instructions, stage, volume)}, and the legacy builder keeps nothing that a RUN writes to a volume.`,
						details: ['Write it before VOLUME, or with COPY.'],
						url: null,
						lines: [line, line],
					};
				});
		});
}

/** Whether the path, or something below it, stands in the text. */
function names(text: string, volume: string): boolean {
	for (
		let at = text.indexOf(volume);
		at !== -1;
		at = text.indexOf(volume, at + 1)
	) {
		const before = text[at - 1] ?? ' ';
		const after = text[at + volume.length] ?? ' ';
		if (!/[\w.\/\-]/v.test(before) && !/[\w.\-]/v.test(after)) {
			return true;
		}
	}

	return false;
}

/** Where the volume comes from: the nearest VOLUME up the chain of stages, or else the base image. */
function whence(
	stages: StageGraph['stages'],
	instructions: readonly StageInstruction[],
	stage: number,
	volume: string,
): string {
	const own = instructions.find(
		({stage: index, raw}) =>
			index === stage &&
			raw.keyword === 'VOLUME' &&
			raw.words.some(word => word.trim().replace(/\/+$/v, '') === volume),
	);
	const {base} = stages[stage]!;
	if (own) {
		return `line ${own.raw.lines[0]} makes it a VOLUME`;
	}

	return base.kind === 'stage'
		? whence(stages, instructions, base.stage, volume)
		: base.kind === 'image'
			? `it is a VOLUME of the image ${base.reference}`
			: 'it is a VOLUME';
}
