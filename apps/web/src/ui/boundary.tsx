import { Component, type ReactNode } from 'react';
import { messageOf } from '../state/format.js';

/** Says what went wrong in place of a blank page. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly message: string | undefined }> {
  override state = { message: undefined as string | undefined };

  static getDerivedStateFromError(error: unknown) {
    return { message: messageOf(error) };
  }

  override render() {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <div className="boot" role="alert">
        <h1>Saddlepoint stopped</h1>
        <p>{message}</p>
        <p>
          <a href="#" onClick={() => setTimeout(() => location.reload())}>
            Start again from the first view
          </a>
        </p>
      </div>
    );
  }
}
