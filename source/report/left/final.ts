import {mostRead} from '../../inspect/content-hashes.js';
import type {FinalLeft} from '../../inspect/left/final-left.js';
import type {Left} from '../../inspect/left/left.js';
import type {ExposedSecret, SecretSource} from '../../inspect/left/secrets.js';
import {stepLabel, writtenLine} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import {type Duplicates, costOf} from '../../filesystem/compare/duplicates.js';
import {categoryOf} from '../../filesystem/provenance/categories.js';
import type {HiddenFile, Hiding} from '../../filesystem/provenance/layers.js';
import {filesOf} from '../../filesystem/provenance/left-behind.js';
import {formatBytes, plural} from '../../text/format.js';
import {sanitise} from '../../text/sanitise.js';
import {shownPath} from '../diff/details.js';
import type {OutputStyle} from '../output-style.js';
import {
	type PlaceRow,
	amountText,
	listLines,
	placeRows,
	shortened,
	titleText,
} from './rows.js';

/** @returns What is told of the final image, section by section. */
export function finalSections(
	program: Program,
	{final, isExact}: Left,
	style: OutputStyle,
): readonly string[] {
	const {parts} = final;
	const costs = `final: ${formatBytes(parts.size)} in its layers, ${amountText(parts.visible)} to be seen${parts.hidden === 0 ? '' : ` and ${formatBytes(parts.hidden)} hidden in lower layers`}`;
	const unsure = isExact
		? []
		: [
				'  Files that a step wrote again as they were are not counted: this engine does not tell of them.',
			];
	return [
		[titleText(costs, style), ...unsure].join('\n'),
		secretsSection(program, final, style),
		foundSection(program, final, style),
		adviceSection(program, final, style),
		duplicatesSection(final.duplicates, style),
		section(
			'final: deleted or written anew by later steps, and in lower layers all the same',
			hiddenRows(program, final),
			style,
		),
	];
}

/** @returns `1:4 (line 5)`; without a line where an image's ONBUILD has the step. */
export function stepText(program: Program, step: number): string {
	const line = writtenLine(program, step);
	const place = line === null ? '' : ` (line ${line})`;
	return sanitise(stepLabel(program, step)) + place;
}

/** @returns `deleted by 1:4 (line 5)` */
export function hidingText(program: Program, {how, step}: Hiding): string {
	return `${how === 'deleted' ? 'deleted' : 'written anew'} by ${stepText(program, step)}`;
}

/** @returns What is exposed, and where, in one line. */
export function secretText(program: Program, exposed: ExposedSecret): string {
	switch (exposed.kind) {
		case 'file': {
			const {path, file, secret} = exposed;
			const where =
				file.hiddenBy === null
					? ''
					: `, in a lower layer: ${hidingText(program, file.hiddenBy)}`;
			return `${shownPath(path, false)}  holds the value of ${sourceText(secret)}, written by ${stepText(program, file.step)}${where}`;
		}

		case 'configuration': {
			const {secret, where} = exposed;
			const advice =
				secret.kind === 'build argument'
					? ': give it with --secret, and RUN --mount=type=secret'
					: '';
			return `the image's ${where}  has the value of ${sourceText(secret)}${advice}`;
		}

		case 'variable': {
			return `the image's environment  sets ${sanitise(exposed.name)}, which looks like a secret`;
		}
	}
}

/** @returns What is to be done, and what that saves: `rm -rf /var/lib/apt/lists/* in line 9 would save 84.5 MB`. */
export function adviceText(
	program: Program,
	{command, step, bytes}: FinalLeft['advice'][number],
): string {
	const line = writtenLine(program, step);
	const place =
		line === null ? sanitise(stepLabel(program, step)) : `line ${line}`;
	return `${command} in ${place} would save ${formatBytes(bytes)}`;
}

function sourceText({kind, name}: SecretSource): string {
	return kind === 'secret'
		? `the secret ${sanitise(name)}`
		: `the build argument ${sanitise(name)}`;
}

function secretsSection(
	program: Program,
	{secrets, hidden}: FinalLeft,
	{columns: _, ...style}: OutputStyle,
): string {
	const {found, tooShort, unread} = secrets;
	const lines = [
		...found.map(exposed => secretText(program, exposed)),
		...hiddenCredentials(hidden).map(
			({path, hiddenBy}) =>
				`${shownPath(path, false)}  credentials, in a lower layer: ${hidingText(program, hiddenBy)}`,
		),
	];
	const unsure = [
		...tooShort.map(
			secret => `${sourceText(secret)} is too short to be looked for`,
		),
		...(unread.files === 0
			? []
			: [
					`${plural(unread.files, 'file')} (${formatBytes(unread.bytes)}) ${unread.files === 1 ? 'was' : 'were'} too large to be looked into`,
				]),
	];
	return lines.length + unsure.length === 0
		? ''
		: [
				titleText(
					lines.length === 0
						? 'final: no value of a secret was found'
						: 'final: whoever has the image can read these secrets',
					{...style, columns: null},
				),
				...lines.map(line => `  ${line}`),
				...unsure.map(line => `  (${line})`),
			].join('\n');
}

/** Of what later steps took away, what looks like a credential and isn't the base image's. */
export function hiddenCredentials(
	hidden: readonly HiddenFile[],
): readonly HiddenFile[] {
	return hidden.filter(
		({path, writtenBy}) =>
			writtenBy !== null && categoryOf(path) === 'credentials',
	);
}

/** @returns What is to be said of packages that aren't known; `null` where they are, or there are none. */
export function unreadPackagesText({unreadPackages}: FinalLeft): string | null {
	return unreadPackages === null
		? null
		: `The files of its packages were not checked, and may be among these: the format of rpm's database ${shownPath(unreadPackages, false)} is not read, only the newer rpmdb.sqlite.`;
}

function foundSection(
	program: Program,
	final: FinalLeft,
	style: OutputStyle,
): string {
	const {found, writers} = final;
	const unread = unreadPackagesText(final);
	const looks = found.amount.files === 1 ? 'looks' : 'look';
	return found.amount.files === 0
		? 'final: nothing looks left in by mistake'
		: [
				titleText(
					`final: ${amountText(found.amount)} ${unread === null ? looks : 'may be'} left in by mistake`,
					style,
				),
				...(unread === null ? [] : [`  ${unread}`]),
				...listLines(
					placeRows(found, path => {
						const step = writers.get(path);
						return step === undefined ? '' : `by ${stepText(program, step)}`;
					}),
					style,
				),
			].join('\n');
}

function adviceSection(
	program: Program,
	{advice}: FinalLeft,
	style: OutputStyle,
): string {
	return advice.length === 0
		? ''
		: [
				titleText('final: what would make it smaller', style),
				...advice.map(one => `  ${adviceText(program, one)}`),
			].join('\n');
}

function duplicatesSection(
	duplicates: readonly Duplicates[],
	style: OutputStyle,
): string {
	return section(
		'final: files of the same contents, and what all but one of them cost',
		duplicates.map(duplicate => ({
			bytes: costOf(duplicate),
			text: `${duplicate.size > mostRead ? 'alike in all places that were looked at' : 'the same'}: ${duplicate.paths.map(path => shownPath(path, false)).join(', ')}`,
		})),
		style,
	);
}

/** @returns What is hidden, by what hid it, and of each in which places. */
export function hiddenRows(
	program: Program,
	{hidden, unseen, parts}: FinalLeft,
): readonly PlaceRow[] {
	const groups = new Map<string, HiddenFile[]>();
	for (const file of hidden) {
		const {hiddenBy, writtenBy} = file;
		const key = `${hiddenBy.step} ${hiddenBy.how} ${writtenBy}`;
		groups.set(key, [...(groups.get(key) ?? []), file]);
	}

	const rows = [...groups.values()].flatMap(files => {
		const [{hiddenBy, writtenBy}] = files as [HiddenFile];
		const from =
			writtenBy === null
				? "the base image's"
				: `from ${stepText(program, writtenBy)}`;
		return placeRows(filesOf(files)).map(({bytes, text}) => ({
			bytes,
			text: `${text}  ${from}, ${hidingText(program, hiddenBy)}`,
		}));
	});
	const others = [
		...unseen.map(({step, bytes}) => ({
			bytes,
			text: `files that ${stepText(program, step)} wrote again as they were`,
		})),
		...(parts.hiddenInBase === 0
			? []
			: [
					{
						bytes: parts.hiddenInBase,
						text: 'in lower layers of the base image itself',
					},
				]),
	];
	return [...rows, ...others]
		.filter(({bytes}) => bytes > 0)
		.toSorted((a, b) => b.bytes - a.bytes);
}

/** Nothing where there are no rows. */
function section(
	title: string,
	rows: readonly PlaceRow[],
	style: OutputStyle,
): string {
	return rows.length === 0
		? ''
		: [titleText(title, style), ...listLines(shortened(rows), style)].join(
				'\n',
			);
}
