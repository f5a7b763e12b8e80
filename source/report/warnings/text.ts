import type {BuildWarning} from '../../dockerfile/hints/warning.js';
import type {Program} from '../../engine/port.js';
import {plural} from '../../text/format.js';
import {sanitise} from '../../text/sanitise.js';
import {signsFor} from '../signs.js';

/**
@param file - What the Dockerfile is called.
@returns A warning as it is told while things happen: in one line, but for what to do about what mstage has found.
*/
export function announceWarning(warning: BuildWarning, file: string): string {
	return describeWarning(
		warning.from === 'mstage' ? warning : {...warning, details: [], url: null},
		file,
	);
}

/**
@param file - What the Dockerfile is called.
@param unicode - Whether the terminal shows more than ASCII.
@returns One line: `⚠ Dockerfile:5  UndefinedVar: Usage of undefined variable '$A'`, and below it what else there is to say, each
in a line of its own; sanitised.
*/
export function describeWarning(
	warning: BuildWarning,
	file: string,
	unicode = true,
): string {
	const {warning: sign} = signsFor(unicode);
	const {lines, details, url} = warning;
	const place = lines === null ? '' : `${sanitise(file)}:${lines[0]}  `;
	return [
		`${sign} ${place}${sanitise(warningText(warning))}\n`,
		...[...details, ...(url === null ? [] : [url])].map(
			text => `    ${sanitise(text)}\n`,
		),
	].join('');
}

/**
@returns The same in one line, the way docker build lists it; not sanitised.
*/
export function warningText({rule, message}: BuildWarning): string {
	return rule === null ? message : `${rule}: ${message}`;
}

/**
@returns How many warnings there are and each in one line, as docker build ends with; empty without any. Sanitised.
*/
export function describeWarnings(warnings: readonly BuildWarning[]): string {
	return warnings.length === 0
		? ''
		: [
				`${signsFor(true).warning} ${plural(warnings.length, 'warning')}\n`,
				...byLine(warnings).map(
					warning =>
						`  - ${sanitise(warningText(warning))}${warning.lines === null ? '' : ` (line ${warning.lines[0]})`}\n`,
				),
			].join('');
}

/**
@returns The warnings in the order of the lines that they are about, those about no line first.
*/
export function byLine(
	warnings: readonly BuildWarning[],
): readonly BuildWarning[] {
	return warnings.toSorted((a, b) => (a.lines?.[0] ?? 0) - (b.lines?.[0] ?? 0));
}

/**
@param place - Of a session: its program, and how a step is spelled as a point.
@returns What of a warning is told as JSON; with a place, its step too, `null` when it is about none.
*/
export function warningFields(
	{from, rule, message, details, url, lines}: BuildWarning,
	place?: {
		readonly program: Program;
		readonly label: (step: number) => string;
	},
): Readonly<Record<string, unknown>> {
	const step = place?.program.steps.find(
		other =>
			lines !== null &&
			other.lines[0] <= lines[0] &&
			lines[0] <= other.lines[1],
	);
	return {
		...(place && {step: step ? place.label(step.id) : null}),
		from,
		rule,
		message,
		details,
		url,
		line: lines?.[0] ?? null,
		lines,
	};
}
