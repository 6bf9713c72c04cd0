package dev.lacuna.field;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/**
 * Quotas that throttle every client of a broker, as an operator sets for all who have none of their
 * own. Closing takes them back.
 */
public final class ClientQuotas implements AutoCloseable {
  private static final List<String> RATES = List.of("producer_byte_rate", "consumer_byte_rate");

  private final Admin admin;

  private ClientQuotas(Admin admin) {
    this.admin = admin;
  }

  /**
   * Throttles all clients, the test's own as well.
   *
   * @param bytesPerSecond what each may send and read
   */
  public static ClientQuotas throttle(Admin admin, int bytesPerSecond) throws Exception {
    ClientQuotas quotas = new ClientQuotas(admin);
    quotas.set((double) bytesPerSecond);
    return quotas;
  }

  private void set(Double bytesPerSecond) throws Exception {
    Map<String, String> everybody = new HashMap<>();
    everybody.put(ClientQuotaEntity.CLIENT_ID, null); // the default of all client ids
    Stream<ClientQuotaAlteration.Op> rates =
        RATES.stream().map(rate -> new ClientQuotaAlteration.Op(rate, bytesPerSecond));
    admin
        .alterClientQuotas(
            List.of(new ClientQuotaAlteration(new ClientQuotaEntity(everybody), rates.toList())))
        .all()
        .get();
  }

  @Override
  public void close() throws Exception {
    set(null);
  }
}
