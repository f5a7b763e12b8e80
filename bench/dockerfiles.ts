import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {randomUUID} from 'node:crypto';

/**
Ten stages and 40 instructions. ROUND is in the environment of every RUN, so that a new value runs all of them again.
*/
export const manyStages = String.raw`FROM busybox AS base
ARG ROUND
WORKDIR /work
RUN echo "round $ROUND" > round && mkdir out

FROM base AS sources
ARG ROUND
COPY source source
RUN find source -type f | sort | xargs sha256sum > out/sources.sum

FROM base AS tools
ARG ROUND
RUN printf '#!/bin/sh\nexec cat "$@"\n' > out/merge && chmod 755 out/merge

FROM sources AS library
ARG ROUND
COPY --from=tools /work/out /usr/bin
RUN for part in source/*; do merge $part | md5sum; done > out/library

FROM sources AS application
ARG ROUND
COPY --from=library /work/out/library lib/library
RUN cat lib/library source/* | gzip > out/application.gz

FROM base AS assets
ARG ROUND
COPY assets assets
RUN awk '{print > "out/map-" int(NR / 1000)}' assets/map.csv && gzip out/map-*

FROM base AS manual
ARG ROUND
COPY pages pages
RUN for page in pages/*; do sed 's/^/<p>/' $page > out/$(basename $page .txt).html; done

FROM application AS tests
ARG ROUND
RUN gunzip -c out/application.gz | wc -l > out/lines && test -s out/lines

FROM base AS package
ARG ROUND
COPY --from=tests /work/out out
COPY --from=assets /work/out out/assets
RUN tar -czf package.tar.gz out

FROM busybox AS final
ARG ROUND
COPY --from=package /work/package.tar.gz /srv/
COPY --from=manual /work/out /srv/manual
RUN tar -xzf /srv/package.tar.gz -C /srv
`;

/** The last RUN fails; everything before it is cached after the first time. */
export const failing = `FROM busybox AS base
WORKDIR /work
COPY source source
RUN wc -l source/* > counts

FROM base AS tests
RUN sort source/part-01.txt > sorted
RUN grep impossible sorted
`;

/** What `failing` ends with once it is mended; nothing of it was run before. */
export function mended(): string {
	return failing.replace(
		'grep impossible sorted',
		`test -s sorted # ${randomUUID()}`,
	);
}

/** How many instructions follow the FROM of `manySteps`. */
export const cachedSteps = 50;

/** One stage of instructions that take next to no time once they are cached. */
export const manySteps = [
	'FROM busybox AS steps',
	...Array.from(
		{length: cachedSteps},
		(_, step) => `RUN echo ${step} > /number`,
	),
	'',
].join('\n');

/** A RUN that prints a million lines. */
export const loud = `FROM busybox
ARG ROUND
RUN echo "$ROUND" && seq 1 1000000
`;

/** Where the builds are. */
export type Contexts = {
	readonly manyStages: string;
	readonly failing: string;

	/** As `failing`; it is mended on the way. */
	readonly toMend: string;
	readonly cachedSteps: string;
	readonly loud: string;
};

/**
Writes the build contexts with their Dockerfiles and small sources.

@param folder - An empty folder.
@returns The folder of each.
*/
export async function writeContexts(folder: string): Promise<Contexts> {
	const contexts = {
		manyStages: path.join(folder, 'many-stages'),
		failing: path.join(folder, 'failing'),
		toMend: path.join(folder, 'to-mend'),
		cachedSteps: path.join(folder, 'cached-steps'),
		loud: path.join(folder, 'loud'),
	};
	await Promise.all([
		writeContext(contexts.manyStages, {Dockerfile: manyStages, ...sources()}),
		writeContext(contexts.failing, {Dockerfile: failing, ...sources()}),
		writeContext(contexts.toMend, {Dockerfile: failing, ...sources()}),
		writeContext(contexts.cachedSteps, {Dockerfile: manySteps}),
		writeContext(contexts.loud, {Dockerfile: loud}),
	]);
	return contexts;
}

function sources(): Record<string, string> {
	return {
		...numberedFiles('source', 400),
		...numberedFiles('pages', 50),
		'assets/map.csv': numbers(20_000),
	};
}

function numberedFiles(folder: string, lines: number): Record<string, string> {
	const names = Array.from({length: 12}, (_, index) =>
		String(index + 1).padStart(2, '0'),
	);
	return Object.fromEntries(
		names.map(name => [`${folder}/part-${name}.txt`, numbers(lines)]),
	);
}

function numbers(lines: number): string {
	return Array.from({length: lines}, (_, line) => `${line}\n`).join('');
}

async function writeContext(
	folder: string,
	files: Record<string, string>,
): Promise<void> {
	await Promise.all(
		Object.entries(files).map(async ([name, text]) => {
			const file = path.join(folder, name);
			await mkdir(path.dirname(file), {recursive: true});
			await writeFile(file, text);
		}),
	);
}
