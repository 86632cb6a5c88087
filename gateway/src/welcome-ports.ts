/** Where the page of the shipped instruction is served; the browser Agent may open these and nothing else on loopback. */
export const welcomePorts = [17_350, 17_351, 17_352] as const;
