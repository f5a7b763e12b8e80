import {cellsOf} from '../../text/cells.js';
import {sanitise} from '../../text/sanitise.js';
import type {DoctorReport, EngineReport} from './report.js';

type Signs = {
	readonly good: string;
	readonly bad: string;
	readonly dot: string;
};

export type DoctorTextOptions = {
	/** Whether the terminal shows more than ASCII. */
	readonly unicode: boolean;

	/** Of the terminal, in cells; `null` where lines may have any length. */
	readonly width: number | null;
};

/**
@returns The report as lines for people; nothing in it can act on a terminal.
*/
export function doctorText(
	report: DoctorReport,
	{unicode, width}: DoctorTextOptions,
): string {
	const signs: Signs = unicode
		? {good: '✔', bad: '✖', dot: '·'}
		: {good: '+', bad: 'x', dot: '-'};
	const section = (title: string, lines: readonly string[]): string =>
		[title, ...lines.flatMap(line => paragraph(sanitise(line), width))]
			.map(line => `${line}\n`)
			.join('');
	const sections = [
		section('Engines', engineLines(report, signs)),
		...(report.engine
			? [
					section('Engine in use', detailLines(report.engine, signs)),
					section('Builders', builderLines(report.engine, signs)),
					section('What it can do', capabilityLines(report.engine, signs)),
				]
			: []),
		section(
			'This machine',
			report.checks.map(
				({name, good, finding}) =>
					`${good ? signs.good : signs.bad} ${name}: ${finding}`,
			),
		),
		...(report.advice === null ? [] : [`${sanitise(report.advice)}\n`]),
	];
	return sections.join('\n');
}

/** Lines that are too long go on below their text. */
function paragraph(text: string, width: number | null): readonly string[] {
	const lines: string[] = [];
	let line = ' ';
	let cells = cellsOf(line);
	for (const word of text.split(' ')) {
		const more = 1 + cellsOf(word);
		if (width !== null && line.trim() !== '' && cells + more > width) {
			lines.push(line);
			line = '   ';
			cells = cellsOf(line);
		}

		line += ` ${word}`;
		cells += more;
	}

	return [...lines, line];
}

function engineLines({engines}: DoctorReport, {good, bad}: Signs) {
	return engines.map(
		({origin, address, answers, reason}) =>
			`${answers ? good : bad} ${origin}: ${[address, reason].filter(Boolean).join(', ')}`,
	);
}

function detailLines(engine: EngineReport, {dot}: Signs): readonly string[] {
	const {name, version, builder, address, platform, details} = engine;
	return [
		`${name} ${version} ${dot} ${builder} ${dot} ${platform}`,
		`at ${address}`,
		...(details
			? [
					`on ${details.hostName}, ${details.system}${details.rootless ? ', rootless' : ''}`,
					`storage driver ${details.storageDriver}, images kept by ${details.imageStore}`,
				]
			: []),
	];
}

function builderLines({details}: EngineReport, {good, bad}: Signs) {
	return [
		`${good} BuildKit, the default`,
		...(details
			? [
					details.legacyBuilder
						? `${good} legacy, with --builder legacy`
						: `${bad} legacy: this engine has it no more, so --builder legacy can't be used`,
				]
			: []),
	];
}

function capabilityLines({capabilities}: EngineReport, {good, bad}: Signs) {
	return capabilities.map(({name, available, without, reason}) =>
		available
			? `${good} ${name}`
			: `${bad} ${name}: ${without}${reason === '' ? '' : ` (${reason})`}`,
	);
}
