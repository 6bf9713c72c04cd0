package dev.lacuna.topology.model;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.ActionChainArbitrary;
import net.jqwik.api.state.Transformer;

/** The lists of actions that jqwik draws and shrinks. */
final class Actions {

  /** Requests of a kind that differ. */
  private static final int NUMBERS = 4;

  private Actions() {}

  /** Lists of so many actions on a cluster of these rules. */
  static ActionChainArbitrary<Cluster> chains(Rules rules, int actions) {
    ActionChainArbitrary<Cluster> chains = ActionChain.startWith(() -> new Cluster(rules));
    chains = asked(chains);
    chains = faults(chains);
    chains = work(chains);
    return chains.withMaxTransformations(actions);
  }

  private static ActionChainArbitrary<Cluster> asked(ActionChainArbitrary<Cluster> chains) {
    return chains
        .withAction(8, of(request().map(one -> named("submit " + one.id(), c -> c.submit(one)))))
        .withAction(2, of(request().map(one -> named("cancel " + one.id(), c -> c.cancel(one)))))
        .withAction(
            1, of(request().map(one -> named("null value for " + one.id(), c -> c.nothing(one)))));
  }

  private static ActionChainArbitrary<Cluster> faults(ActionChainArbitrary<Cluster> chains) {
    return chains
        .withAction(3, at("start", Cluster::start))
        .withAction(2, at("kill", Cluster::kill))
        .withAction(2, at("kill in a pass", Cluster::killInPass))
        .withAction(1, at("tell deaths again", Cluster::tellAgain))
        .withAction(3, at("stop", Cluster::stop))
        .withAction(1, at("stop in commit", Cluster::stopInCommit))
        .withAction(3, at("go on", Cluster::goOn))
        .withAction(1, at("terminate", Cluster::terminate))
        .withAction(1, at("begin to terminate", Cluster::order))
        .withAction(3, just("sessions end", Cluster::sessionsEnd))
        .withAction(2, just("transactions end", Cluster::transactionsEnd))
        .withAction(1, at("revive", Cluster::revive))
        .withAction(
            2,
            of(
                Combinators.combine(task(), place())
                    .as(
                        (task, place) ->
                            named(
                                "move task " + task + " to " + place, c -> c.move(task, place)))));
  }

  private static ActionChainArbitrary<Cluster> work(ActionChainArbitrary<Cluster> chains) {
    return chains
        .withAction(10, at("turn", Cluster::turn))
        .withAction(4, at("poll", Cluster::poll))
        .withAction(1, at("fetch", Cluster::fetch))
        .withAction(4, at("process", Cluster::process))
        .withAction(4, at("punctuate", Cluster::punctuate))
        .withAction(3, at("commit", Cluster::commit))
        .withAction(6, at("step", Cluster::step))
        .withAction(3, at("steps to the end", Cluster::finish))
        .withAction(3, at("ticks", Cluster::ticks))
        .withAction(1, at("learn", Cluster::learn))
        .withAction(1, of(task().map(task -> named("stray tick " + task, c -> c.tick(task)))))
        .withAction(1, time("seconds pass", 4, Cluster::pass))
        .withAction(1, time("seconds jump", -20, Cluster::jump))
        .withAction(1, at("slow drains", (cluster, place) -> cluster.hurry(place, true)));
  }

  private static Arbitrary<Asked> request() {
    return Combinators.combine(
            Arbitraries.of(Asked.Kind.class), Arbitraries.integers().between(0, NUMBERS - 1))
        .as(Asked::new);
  }

  private static Arbitrary<Integer> place() {
    return Arbitraries.integers().between(0, Cluster.PLACES - 1);
  }

  private static Arbitrary<Integer> task() {
    return Arbitraries.integers().between(0, Kafka.PARTITIONS - 1);
  }

  private static Action.Independent<Cluster> of(Arbitrary<Transformer<Cluster>> transformers) {
    return () -> transformers;
  }

  private static Action.Independent<Cluster> just(String name, Consumer<Cluster> action) {
    return of(Arbitraries.just(named(name, action)));
  }

  private static Action.Independent<Cluster> at(String name, ObjIntConsumer<Cluster> action) {
    return of(place().map(one -> named(name + " " + one, cluster -> action.accept(cluster, one))));
  }

  /** What takes a place and a time. */
  private interface Timed {
    void accept(Cluster cluster, int place, Duration time);
  }

  private static Action.Independent<Cluster> time(String name, int bound, Timed action) {
    Arbitrary<Integer> seconds =
        Arbitraries.integers().between(Math.min(0, bound), Math.abs(bound));
    return of(
        Combinators.combine(place(), seconds)
            .as(
                (place, time) ->
                    named(
                        time + " " + name + " at " + place,
                        cluster -> action.accept(cluster, place, Duration.ofSeconds(time)))));
  }

  private static Transformer<Cluster> named(String name, Consumer<Cluster> action) {
    return Transformer.mutate(name, action);
  }
}
