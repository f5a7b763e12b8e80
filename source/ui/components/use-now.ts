import {useEffect, useState} from 'react';

/** How often elapsed time is drawn, in milliseconds: its last digit is a tenth of a second. */
const interval = 100;

/**
@param isRunning - Whether time matters.
@returns Milliseconds since 1970; while time matters, drawn anew ten times a second.
*/
export function useNow(isRunning: boolean): number {
	const [now, setNow] = useState(() => Date.now());
	useEffect(() => {
		if (!isRunning) {
			return;
		}

		const timer = setInterval(() => {
			setNow(Date.now());
		}, interval);
		return () => {
			clearInterval(timer);
		};
	}, [isRunning]);
	return now;
}
