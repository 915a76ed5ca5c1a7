/** Runs at most one call at a time and, of the calls that came meanwhile, only the last: a dragged slider never queues up. */
export function latestOnly<Request, Reply>(
  call: (request: Request) => Promise<Reply>,
  deliver: (outcome: { readonly request: Request; readonly reply: Reply } | { readonly request: Request; readonly error: unknown }) => void,
): (request: Request) => void {
  let waiting: { readonly request: Request } | undefined;
  let running = false;
  const pump = async (): Promise<void> => {
    running = true;
    while (waiting !== undefined) {
      const { request } = waiting;
      waiting = undefined;
      try {
        deliver({ request, reply: await call(request) });
      } catch (error) {
        deliver({ request, error });
      }
    }
    running = false;
  };
  return (request) => {
    waiting = { request };
    if (!running) void pump();
  };
}
