import {DockerfileError} from '../../errors.js';
import type {Command} from '../instructions/command.js';
import type {Via} from '../types.js';
import type {Target} from './known-sources.js';

/** What an instruction reads from, as it is written. */
export type Reading = {
	readonly from: string;
	readonly via: Via;

	/** Whether files come from there: BuildKit links a mount without `from` to a stage called scratch, and may read nothing. */
	readonly isRead: boolean;

	/** Whether it must be an earlier stage, even where nothing is read: a tmpfs that says `from`. */
	readonly mustBeEarlier: boolean;
};

/** A reading with what it stands for. */
export type Link = Reading & {
	readonly target: Target;
	readonly line: number;

	/** Which of the stage's instructions it is; of a trigger, which of what runs in the stage. */
	readonly instruction: number;

	/** Whether it is an ONBUILD trigger of the base. */
	readonly isTrigger: boolean;
};

/**
@param command - What an instruction says.
@returns What it reads from besides the build context.
*/
export function readingsOf(command: Command): readonly Reading[] {
	if (command.kind === 'copy') {
		return command.from === ''
			? []
			: [
					{
						from: command.from,
						via: 'COPY --from',
						isRead: true,
						mustBeEarlier: true,
					},
				];
	}

	if (command.kind !== 'run') {
		return [];
	}

	return command.mounts.map(({from, options}) => {
		const type =
			options.findLast(({key}) => key === 'type')?.value?.toLowerCase() ??
			'bind';
		const isRead =
			from === ''
				? type === 'cache'
				: !['tmpfs', 'secret', 'ssh'].includes(type);

		return {
			from: from || 'scratch',
			via: 'RUN --mount',
			isRead,
			mustBeEarlier: isRead || from !== '',
		};
	});
}

/**
Refuses stages that read from each other in a circle, or from themselves. As in BuildKit, FROM doesn't count as reading here.

@param links - The links of each stage.
@param describe - The name of a stage, for the message.
@param file - The Dockerfile as the user named it.
@throws {DockerfileError} With the line that closes the circle.
*/
export function refuseCycles(
	links: ReadonlyArray<readonly Link[]>,
	describe: (stage: number) => string,
	file: string,
): void {
	const finished = new Set<number>();

	for (const start of links.keys()) {
		const path = [{stage: start, left: [...links[start]!]}];

		for (
			let current = path.at(-1);
			current !== undefined;
			current = path.at(-1)
		) {
			const link = current.left.shift();

			if (link === undefined) {
				finished.add(current.stage);
				path.pop();
			} else if ('stage' in link.target && !finished.has(link.target.stage)) {
				const {stage} = link.target;
				const circle = path.findIndex(member => member.stage === stage);

				if (circle !== -1) {
					const names = path
						.slice(circle)
						.map(member => describe(member.stage));
					throw new DockerfileError(describeCircle(names), file, link.line);
				}

				path.push({stage, left: [...links[stage]!]});
			}
		}
	}
}

function describeCircle(names: readonly string[]): string {
	return names.length === 1
		? `${names[0]!} reads from itself: only an earlier stage can be read`
		: `stages read from each other in a circle, ${[...names, names[0]!].join(' from ')}: only an earlier stage can be read`;
}
