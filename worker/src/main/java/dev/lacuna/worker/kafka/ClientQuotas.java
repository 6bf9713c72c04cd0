package dev.lacuna.worker.kafka;

import dev.lacuna.topology.kafka.Right;
import dev.lacuna.worker.config.Config;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;

/** Quotas that slow clients down, where this client may see them: they are no fault, only slow. */
public final class ClientQuotas {
  private static final int TOLD_MAX = 10;

  private ClientQuotas() {}

  /** A line that names the quotas of the cluster, or says that there are none or none visible. */
  public static String tell(Config config) {
    try (Admin admin = Admin.create(ClientSettings.admin(config))) {
      Map<ClientQuotaEntity, Map<String, Double>> found =
          admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get();
      if (found.isEmpty()) {
        return "client quotas: none";
      }
      List<String> told =
          found.entrySet().stream()
              .limit(TOLD_MAX)
              .map(quota -> entity(quota.getKey()) + " " + new TreeMap<>(quota.getValue()))
              .toList();
      return "client quotas, which slow down whom they are for: " + String.join("; ", told);
    } catch (ExecutionException e) {
      return Right.isDenial(e)
          ? "client quotas: this client may not see them (DESCRIBE_CONFIGS on the cluster)"
          : "client quotas: they can't be seen: " + e.getCause().getMessage();
    } catch (InterruptedException e) {
      throw KafkaFailure.interrupted(e);
    }
  }

  private static String entity(ClientQuotaEntity entity) {
    return new TreeMap<>(entity.entries())
        .entrySet().stream()
            .map(
                part ->
                    part.getKey() + "=" + (part.getValue() == null ? "<default>" : part.getValue()))
            .collect(Collectors.joining(","));
  }
}
