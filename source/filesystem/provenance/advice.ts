import {type BytePath, asBytePath} from '../../text/byte-path.js';
import {isWithin} from '../tree/paths.js';

/** A step that could have left something out of its layer. */
export type Advice = {
	readonly step: number;

	/** What to add to the step: `rm -rf /var/lib/apt/lists/*`. */
	readonly command: string;

	/** How much the image would be smaller, in bytes. */
	readonly bytes: number;
};

/** A file that is to be seen in the final image, and the step whose layer it is in. */
export type WrittenFile = {
	readonly bytes: number;
	readonly step: number;

	/** All that it is called in that layer. */
	readonly names: readonly BytePath[];
};

/** What is known of the steps that write files. */
export type Writers = {
	/** Whether a step is a RUN, to which a command can be added. */
	readonly isCommand: (step: number) => boolean;

	/** The instructions that may run after a step, on what it left. */
	readonly laterTexts: (step: number) => readonly string[];

	/** Whether something is copied out of a directory that a step left, or may be. */
	readonly isTaken: (step: number, place: BytePath) => boolean;
};

type Rule = {
	/** A directory of which nothing is needed once the step is done. */
	readonly place: BytePath;

	/** In a later step: it may need what is there. */
	readonly user: RegExp;
};

const rule = (place: string, user: RegExp): Rule => ({
	place: asBytePath(place),
	user,
});

const apt = /\b(?:apt|apt-get|aptitude|dpkg)\b/v;
const apk = /\bapk\b/v;
const rpm = /\b(?:dnf|microdnf|tdnf|yum|rpm|zypper)\b/v;
const python = /\b(?:pip\d?|uv|poetry|pipenv)\b/v;
const node = /\b(?:npm|npx|yarn|pnpm|corepack)\b/v;

/** The places are those of the tools themselves, as in the categories. */
const rules: readonly Rule[] = [
	rule('var/lib/apt/lists', apt),
	rule('var/cache/apt', apt),
	rule('var/cache/apk', apk),
	rule('etc/apk/cache', apk),
	rule('var/cache/dnf', rpm),
	rule('var/cache/yum', rpm),
	rule('var/cache/libdnf5', rpm),
	rule('var/cache/zypp', rpm),
	rule('var/cache/pacman', /\bpacman\b/v),
	rule('root/.cache/pip', python),
	rule('root/.cache/uv', python),
	rule('root/.cache/pypoetry', python),
	rule('root/.npm', node),
	rule('root/.cache/yarn', node),
	rule('usr/local/share/.cache', node),
	rule('root/.cache/go-build', /\bgo\b/v),
	rule('root/.composer/cache', /\bcomposer\b/v),
	rule('tmp', /\/tmp\b/v),
	rule('var/tmp', /\/var\/tmp\b/v),
];

/** What is smaller isn't worth a word, in bytes. */
const smallest = 1000;

/**
@param files - Of the final image.
@returns What would certainly make the image smaller, the most first: a step wrote it, nothing needs it after that, and no later
step took it away. What the command doesn't reach doesn't count: hidden files, and those that have a name elsewhere too.
*/
export function adviceOn(
	files: Iterable<WrittenFile>,
	{isCommand, laterTexts, isTaken}: Writers,
): readonly Advice[] {
	const sums = new Map<Rule, Map<number, number>>();
	for (const {names, bytes, step} of files) {
		const found = rules.find(({place}) =>
			names.every(path => isReached(path, place)),
		);
		if (found && bytes > 0) {
			const bySteps = sums.get(found) ?? new Map<number, number>();
			sums.set(found, bySteps.set(step, (bySteps.get(step) ?? 0) + bytes));
		}
	}

	return [...sums]
		.flatMap(([{place, user}, bySteps]) =>
			[...bySteps].flatMap(([step, bytes]) =>
				bytes >= smallest &&
				isCommand(step) &&
				!isTaken(step, place) &&
				!laterTexts(step).some(
					text => user.test(text) || text.includes(`/${place}`),
				)
					? [{step, command: `rm -rf /${place}/*`, bytes}]
					: [],
			),
		)
		.toSorted((a, b) => b.bytes - a.bytes);
}

/** Whether a shell's `PLACE/*` has it, or the directory that it is in: that leaves out what begins with a dot. */
function isReached(path: BytePath, place: BytePath): boolean {
	return (
		path !== place &&
		isWithin(path, place) &&
		!path.startsWith('.', place.length + 1)
	);
}
