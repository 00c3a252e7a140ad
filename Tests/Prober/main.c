// What the tests of hoopstart start as the app and, under the name hoop, as the agent.
#include "prober.h"

int main(int count, char **words) {
  const char *slash = strrchr(words[0], '/');
  if (strcmp(slash ? slash + 1 : words[0], "hoop") == 0) return run_agent(count, words);
  if (count >= 3 && strcmp(words[1], "state") == 0) return print_state(words[2], words);
  if (count >= 2 && strcmp(words[1], "with") == 0) return run_with(words + 2);
  if (count >= 3 && strcmp(words[1], "pty") == 0) return run_on_pty(words + 2);
  if (count >= 2 && strcmp(words[1], "signals") == 0) return count_signals();
  if (count >= 2 && strcmp(words[1], "waitall") == 0) return wait_for_children();
  if (count >= 2 && strcmp(words[1], "seen") == 0) return print_signals();
  if (count >= 3 && strcmp(words[1], "orphans") == 0) return leave_orphans(words[2]);
  if (count >= 2 && strcmp(words[1], "attack") == 0) return attack(words + 2);
  if (count >= 2 && strcmp(words[1], "thread") == 0) return leave_to_thread();
  if (count >= 3 && strcmp(words[1], "nest") == 0) return nest_sessions(words[2]);
  return 64;
}
