import {Component, type ReactElement} from 'react';

export type BoundaryProps = {
	readonly children: ReactElement;

	/** Called once, when a component below throws. */
	onError(error: Error): void;
};

/** Ends the session when a component throws. Ink's own boundary would draw the error where nobody gets to read it. */
export class Boundary extends Component<
	BoundaryProps,
	{readonly hasFailed: boolean}
> {
	static getDerivedStateFromError() {
		return {hasFailed: true};
	}

	override state = {hasFailed: false};

	override componentDidCatch(error: Error) {
		this.props.onError(error);
	}

	override render(): ReactElement | null {
		return this.state.hasFailed ? null : this.props.children;
	}
}
